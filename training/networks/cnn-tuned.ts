/**
 * The student report's `cnn-tuned`, what its search found: conv 32 (3 x 3), 176 (5 x 5), 176 (5 x 5), dropout 0.2,
 * dense 96.
 */
import { buildConvolutional, filters, kernels } from './convolutional.ts'
import { type NetworkDefinition, STUDENT_SIZE, STUDENT_TRAINING } from './definition.ts'
import { STUDENT_SPACE } from './search-spaces.ts'

export const cnnTuned: NetworkDefinition = {
  name: 'cnn-tuned',
  summary: 'conv 32 (3 x 3), 176 (5 x 5), 176 (5 x 5), dropout 0.2, dense 96',
  task: 'binary',
  size: STUDENT_SIZE,
  hyperparameters: { ...filters(32, 176, 176), ...kernels(3, 5, 5), dropout: 0.2, denseUnits: 96 },
  training: { ...STUDENT_TRAINING, learningRate: 1.145e-4 },
  space: STUDENT_SPACE,
  build: buildConvolutional,
}
