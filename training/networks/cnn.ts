/** The student report's `cnn`: conv 16, 32, 64 (3 x 3), dense 128. */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type NetworkDefinition, STUDENT_SIZE, STUDENT_TRAINING } from './definition.ts'
import { STUDENT_SPACE } from './search-spaces.ts'

export const cnn: NetworkDefinition = {
  name: 'cnn',
  summary: 'conv 16, 32, 64 (3 x 3), dense 128',
  task: 'binary',
  size: STUDENT_SIZE,
  hyperparameters: { ...filters(16, 32, 64), ...kernels(3, 3, 3), depth: 3, dropout: 0, denseUnits: 128 },
  training: STUDENT_TRAINING,
  space: { depth: { type: 'integer', low: 2, high: 5 }, ...STUDENT_SPACE },
  build: buildConvolutional,
}
