/** The plot of a training's epochs. */
import { epochsPanel } from '@zoidberg/core/charts/epochs.ts'
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
  const panel = (title: string, train: 'loss' | 'accuracy', validation: 'valLoss' | 'valAccuracy') => {
    const points = history.map((row) => ({
      epoch: row.epoch,
      training: row[train],
      validation: row[validation],
    }))
    return { ...PANEL, ...epochsPanel(title, points, bestEpoch) }
  }
  return toSvg({ hconcat: [panel('loss', 'loss', 'valLoss'), panel('accuracy', 'accuracy', 'valAccuracy')] })
}
