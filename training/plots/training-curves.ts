/** The plot of a training's epochs. */
import { PANEL, toSvg } from './chart.ts'

/** One epoch of a training, counted from 1. */
export type Epoch = { epoch: number; loss: number; accuracy: number; valLoss: number; valAccuracy: number }

/**
 * Draws loss and accuracy by epoch, of training and validation.
 *
 * @param history every epoch
 * @param bestEpoch the epoch to mark
 * @returns an SVG text
 */
export function trainingCurves(history: Epoch[], bestEpoch: number): Promise<string> {
  const panel = (title: string, train: 'loss' | 'accuracy', validation: 'valLoss' | 'valAccuracy') => ({
    title,
    ...PANEL,
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
