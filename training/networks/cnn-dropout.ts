/** The report's `cnn-dropout`, its best by hand: conv 64, 128, 256 (3 x 3), dropout 0.3, dense 128. */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type ModelDefinition, REPORT_SIZE, REPORT_TRAINING } from './definition.ts'
import { REPORT_SPACE } from './spaces.ts'

export const cnnDropout: ModelDefinition = {
  name: 'cnn-dropout',
  summary: 'conv 64, 128, 256 (3 x 3), dropout 0.3, dense 128',
  task: 'binary',
  size: REPORT_SIZE,
  hyperparameters: { ...filters(64, 128, 256), ...kernels(3, 3, 3), dropout: 0.3, dense_units: 128 },
  training: REPORT_TRAINING,
  space: REPORT_SPACE,
  build: buildConvolutional,
}
