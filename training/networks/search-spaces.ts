/** Search spaces that several networks share. */
import type { Space } from '../tuning/space.ts'

const layer = { kind: 'integer', low: 32, high: 256, step: 16 } as const
const kernel = { kind: 'choice', values: [3, 5] } as const

/** The report's own (conv_1_filter to 128, three kernels, dense units, learning rate; dropout fixed). */
export const REPORT_SPACE: Space = {
  conv_1_filter: { kind: 'integer', low: 32, high: 128, step: 16 },
  conv_2_filter: layer,
  conv_3_filter: layer,
  conv_1_kernel: kernel,
  conv_2_kernel: kernel,
  conv_3_kernel: kernel,
  dense_units: { kind: 'integer', low: 32, high: 128, step: 16 },
  learningRate: { kind: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
}

/** What decides whether a residual network holds up: how it is regularised more than how large it is. */
export const RESIDUAL_SPACE: Space = {
  width: { kind: 'integer', low: 8, high: 32, step: 8 },
  dropout: { kind: 'float', low: 0, high: 0.5 },
  learningRate: { kind: 'float', low: 2e-4, high: 1e-2, scale: 'log' },
  optimizer: { kind: 'choice', values: ['adam', 'adamw'] },
  weightDecay: {
    kind: 'float',
    low: 1e-3,
    high: 0.2,
    scale: 'log',
    when: { name: 'optimizer', in: ['adamw'] },
  },
  labelSmoothing: { kind: 'float', low: 0, high: 0.2 },
  balance: { kind: 'choice', values: ['none', 'sampling', 'weights'] },
  augmentation: { kind: 'choice', values: ['none', 'photometric', 'geometric', 'strong'] },
}

/** For networks that declare no other: how fast, and with what augmentation. */
export const TRAINING_SPACE: Space = {
  learningRate: { kind: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
  batchSize: { kind: 'choice', values: [16, 32, 64] },
  augmentation: { kind: 'choice', values: ['none', 'report', 'strong'] },
}
