/** Search spaces that several networks share. */
import type { Space } from '../space/space.ts'

const layer = { type: 'integer', low: 32, high: 256, step: 16 } as const
const kernel = { type: 'choice', values: [3, 5] } as const

/** The student report's own (conv1Filters to 128, three kernels, dense units, learning rate; dropout fixed). */
export const STUDENT_SPACE: Space = {
  conv1Filters: { type: 'integer', low: 32, high: 128, step: 16 },
  conv2Filters: layer,
  conv3Filters: layer,
  conv1Kernel: kernel,
  conv2Kernel: kernel,
  conv3Kernel: kernel,
  denseUnits: { type: 'integer', low: 32, high: 128, step: 16 },
  learningRate: { type: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
}

/** What decides whether a residual network holds up: how it is regularised more than how large it is. */
export const RESIDUAL_SPACE: Space = {
  width: { type: 'integer', low: 8, high: 32, step: 8 },
  dropout: { type: 'float', low: 0, high: 0.5 },
  learningRate: { type: 'float', low: 2e-4, high: 1e-2, scale: 'log' },
  optimizer: { type: 'choice', values: ['adam', 'adamw'] },
  weightDecay: {
    type: 'float',
    low: 1e-3,
    high: 0.2,
    scale: 'log',
    when: { name: 'optimizer', in: ['adamw'] },
  },
  labelSmoothing: { type: 'float', low: 0, high: 0.2 },
  balance: { type: 'choice', values: ['none', 'sampling', 'weights'] },
  augmentation: { type: 'choice', values: ['none', 'photometric', 'geometric', 'strong'] },
}

/** For networks that declare no other: how fast, and with what augmentation. */
export const TRAINING_SPACE: Space = {
  learningRate: { type: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
  batchSize: { type: 'choice', values: [16, 32, 64] },
  augmentation: { type: 'choice', values: ['none', 'report', 'strong'] },
}
