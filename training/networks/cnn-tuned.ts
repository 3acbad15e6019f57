/** The report's `cnn-tuned`, what its search found: conv 32 (3 x 3), 176 (5 x 5), 176 (5 x 5), dropout 0.2, dense 96. */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type ModelDefinition, REPORT_SIZE, REPORT_TRAINING } from './definition.ts'
import { REPORT_SPACE } from './spaces.ts'

export const cnnTuned: ModelDefinition = {
  name: 'cnn-tuned',
  summary: 'conv 32 (3 x 3), 176 (5 x 5), 176 (5 x 5), dropout 0.2, dense 96',
  task: 'binary',
  size: REPORT_SIZE,
  hyperparameters: { ...filters(32, 176, 176), ...kernels(3, 5, 5), dropout: 0.2, dense_units: 96 },
  training: { ...REPORT_TRAINING, learningRate: 1.145e-4 },
  space: REPORT_SPACE,
  build: buildConvolutional,
}
