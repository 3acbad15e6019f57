/** The student report's `cnn-dropout`, its best by hand: conv 64, 128, 256 (3 x 3), dropout 0.3, dense 128. */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type NetworkDefinition, STUDENT_SIZE, STUDENT_TRAINING } from './definition.ts'
import { STUDENT_SPACE } from './search-spaces.ts'

export const cnnDropout: NetworkDefinition = {
  name: 'cnn-dropout',
  summary: 'conv 64, 128, 256 (3 x 3), dropout 0.3, dense 128',
  task: 'binary',
  size: STUDENT_SIZE,
  hyperparameters: { ...filters(64, 128, 256), ...kernels(3, 3, 3), dropout: 0.3, denseUnits: 128 },
  training: STUDENT_TRAINING,
  space: STUDENT_SPACE,
  build: buildConvolutional,
}
