/** The plot of how well scores rank, over all thresholds. */
import { type RankingLine, rankingPanel } from '@zoidberg/core/charts/ranking.ts'
import { curve } from '../metrics/binary.ts'
import { PANEL, toSvg } from './chart.ts'

/** One model on one set of images: 1 for pneumonia, the score of each, and the threshold that is used. */
export type Curve = { name: string; truth: number[]; score: number[]; threshold: number }

/**
 * Draws the ROC and the precision-recall curves of one or several models, the thresholds as dots.
 *
 * @returns an SVG text
 */
export function rankingCurves(curves: Curve[]): Promise<string> {
  const roc: RankingLine[] = []
  const precision: RankingLine[] = []
  for (const { name, truth, score, threshold } of curves) {
    const all = curve(truth, score)
    const { truePositives: positives, falsePositives: negatives } = all[all.length - 1]
    const used = all.findLastIndex((point) => point.threshold >= threshold)
    const lineOf = (points: [number, number][]): RankingLine => ({ name, points, dot: points[used] })
    roc.push(lineOf(all.map((p) => [p.falsePositives / negatives, p.truePositives / positives])))
    precision.push(
      lineOf(
        all.map((p) => {
          const called = p.truePositives + p.falsePositives
          return [p.truePositives / positives, called === 0 ? 1 : p.truePositives / called]
        }),
      ),
    )
  }
  return toSvg({
    hconcat: [
      { ...PANEL, ...rankingPanel('ROC', { x: '1 - specificity', y: 'sensitivity' }, roc) },
      { ...PANEL, ...rankingPanel('Precision and recall', { x: 'recall', y: 'precision' }, precision) },
    ],
  })
}
