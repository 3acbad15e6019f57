/** The plot of how well scores rank, over all thresholds. */
import { curve } from '../metrics/binary.ts'
import { PANEL, toSvg, UNIT } from './chart.ts'

/** One model on one set of images: 1 for pneumonia, the score of each, and the threshold that is used. */
export type Curve = { name: string; truth: number[]; score: number[]; threshold: number }

/**
 * Draws the ROC and the precision-recall curves of one or several models, the thresholds as dots.
 *
 * @returns an SVG text
 */
export function rankingCurves(curves: Curve[]): Promise<string> {
  const points = curves.map(({ name, truth, score, threshold }) => {
    const all = curve(truth, score)
    const { truePositives: positives, falsePositives: negatives } = all[all.length - 1]
    const rows = all.map((p) => ({
      name,
      recall: p.truePositives / positives,
      fpr: p.falsePositives / negatives,
      precision:
        p.truePositives + p.falsePositives === 0 ? 1 : p.truePositives / (p.truePositives + p.falsePositives),
      chosen: p.threshold >= threshold,
    }))
    return { rows, dot: rows.findLast((row) => row.chosen) }
  })
  const lines = points.flatMap(({ rows }) => rows)
  const dots = points.flatMap(({ dot }) => (dot ? [dot] : []))
  const color = {
    field: 'name',
    type: 'nominal' as const,
    title: null,
    legend: curves.length > 1 ? { orient: 'bottom' as const, columns: 1, labelLimit: 320 } : null,
  }
  const panel = (title: string, x: [string, string], y: [string, string]) => ({
    title,
    ...PANEL,
    encoding: {
      x: { field: x[0], type: 'quantitative' as const, title: x[1], scale: UNIT },
      y: { field: y[0], type: 'quantitative' as const, title: y[1], scale: UNIT },
      color,
    },
    layer: [
      {
        data: { values: lines },
        mark: { type: 'line' as const, interpolate: 'linear' as const },
        encoding: { order: { field: 'recall', type: 'quantitative' as const } },
      },
      { data: { values: dots }, mark: { type: 'point' as const, filled: true, size: 90 } },
    ],
  })
  return toSvg({
    hconcat: [
      panel('ROC', ['fpr', '1 - specificity'], ['recall', 'sensitivity']),
      panel('Precision and recall', ['recall', 'recall'], ['precision', 'precision']),
    ],
  })
}
