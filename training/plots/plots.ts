/** The plots of a run and of a comparison, each as an SVG text. */
import { curve, reliability } from '../metrics/binary.ts'
import type { History } from '../train/loop.ts'
import { COLOURS, toSvg } from './chart.ts'

const SIZE = { width: 340, height: 300 }
const unit = { domain: [0, 1] }

export type Curve = { name: string; truth: number[]; score: number[]; threshold: number }

/** Loss and accuracy by epoch, training and validation, with the best epoch marked. */
export function trainingCurves(history: History, bestEpoch: number): Promise<string> {
  const panel = (title: string, train: 'loss' | 'accuracy', validation: 'valLoss' | 'valAccuracy') => ({
    title,
    ...SIZE,
    layer: [
      {
        data: {
          values: history.flatMap((r) => [
            { epoch: r.epoch, value: r[train], part: 'training' },
            { epoch: r.epoch, value: r[validation], part: 'validation' },
          ]),
        },
        mark: { type: 'line' as const, point: history.length < 40 },
        encoding: {
          x: { field: 'epoch', type: 'quantitative' as const, title: 'epoch', axis: { tickMinStep: 1 } },
          y: { field: 'value', type: 'quantitative' as const, title, scale: { zero: false } },
          color: { field: 'part', type: 'nominal' as const, title: null },
        },
      },
      {
        data: { values: [{ epoch: bestEpoch }] },
        mark: { type: 'rule' as const, strokeDash: [4, 4] },
        encoding: { x: { field: 'epoch', type: 'quantitative' as const } },
      },
      {
        data: { values: [{ epoch: bestEpoch }] },
        mark: {
          type: 'text' as const,
          text: `best: ${bestEpoch}`,
          y: 0,
          dy: 12,
          dx: -4,
          align: 'right' as const,
        },
        encoding: { x: { field: 'epoch', type: 'quantitative' as const } },
      },
    ],
  })
  return toSvg({ hconcat: [panel('loss', 'loss', 'valLoss'), panel('accuracy', 'accuracy', 'valAccuracy')] })
}

/** ROC and precision-recall curves of one or several models, the operating points as dots. */
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
    ...SIZE,
    encoding: {
      x: { field: x[0], type: 'quantitative' as const, title: x[1], scale: unit },
      y: { field: y[0], type: 'quantitative' as const, title: y[1], scale: unit },
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

/** A confusion matrix as a heat map of row shares, with counts. */
export function confusionPlot(matrix: number[][], labels: readonly string[], title: string): Promise<string> {
  const values = matrix.flatMap((row, t) =>
    row.map((count, p) => ({
      truth: labels[t],
      called: labels[p],
      count,
      share:
        count /
        Math.max(
          1,
          row.reduce((a, b) => a + b, 0),
        ),
    })),
  )
  const encoding = {
    x: {
      field: 'called',
      type: 'nominal' as const,
      title: 'called',
      sort: [...labels],
      axis: { labelAngle: 0 },
    },
    y: { field: 'truth', type: 'nominal' as const, title: 'is', sort: [...labels] },
  }
  return toSvg({
    title,
    data: { values },
    width: 90 * labels.length,
    height: 70 * labels.length,
    layer: [
      {
        mark: 'rect',
        encoding: {
          ...encoding,
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], scheme: 'blues' },
            title: 'share of row',
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 16 },
        encoding: {
          ...encoding,
          text: { field: 'count' },
          color: { condition: { test: 'datum.share > 0.55', value: 'white' }, value: 'black' },
        },
      },
    ],
  })
}

/** How often what is called p is p. */
export function reliabilityPlot(truth: number[], score: number[]): Promise<string> {
  const values = reliability(truth, score).filter(({ count }) => count > 0)
  return toSvg({
    title: 'Reliability',
    ...SIZE,
    layer: [
      {
        data: {
          values: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        mark: { type: 'line', strokeDash: [4, 4], color: '#999' },
        encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', color: COLOURS[0] },
        encoding: {
          x: {
            field: 'meanScore',
            type: 'quantitative',
            title: 'predicted probability of pneumonia',
            scale: unit,
          },
          y: { field: 'positiveShare', type: 'quantitative', title: 'share that is pneumonia', scale: unit },
        },
      },
      {
        data: { values },
        mark: { type: 'circle', color: COLOURS[0], opacity: 1 },
        encoding: {
          x: { field: 'meanScore', type: 'quantitative' },
          y: { field: 'positiveShare', type: 'quantitative' },
          size: { field: 'count', type: 'quantitative', title: 'images' },
        },
      },
    ],
  })
}
