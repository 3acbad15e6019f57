/** The report's `cnn`: conv 16, 32, 64 (3 x 3), dense 128. */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type ModelDefinition, REPORT_SIZE, REPORT_TRAINING } from './definition.ts'
import { REPORT_SPACE } from './spaces.ts'

export const cnn: ModelDefinition = {
  name: 'cnn',
  summary: 'conv 16, 32, 64 (3 x 3), dense 128',
  task: 'binary',
  size: REPORT_SIZE,
  hyperparameters: { ...filters(16, 32, 64), ...kernels(3, 3, 3), dropout: 0, dense_units: 128 },
  training: REPORT_TRAINING,
  space: REPORT_SPACE,
  build: buildConvolutional,
}
