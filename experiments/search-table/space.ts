/** The space of the table: 72 small residual networks. */
import type { Space, Values } from '@zoidberg/training/space/space.ts'

/** Each is 2.5 times the one before; integers keep the order that choices would lose. */
export const RATES = [0.0003, 0.00075, 0.0019, 0.0047, 0.012, 0.03]

export const TABLE_SPACE: Space = {
  rate: { type: 'integer', low: 0, high: RATES.length - 1 },
  width: { type: 'integer', low: 8, high: 24, step: 8 },
  augmentation: { type: 'choice', values: ['none', 'photometric', 'geometric', 'strong'] },
}

/** @returns values of the table as hyperparameters of the network */
export const toHyperparameters = ({ rate, ...others }: Values): Values => ({
  ...others,
  learningRate: RATES[rate as number],
})
