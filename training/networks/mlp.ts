/** The student report's `mlp`: flatten, dense 128. 4,147,586 parameters with two classes. */
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { GRAY_TO_UNIT, type NetworkDefinition, STUDENT_SIZE, STUDENT_TRAINING } from './definition.ts'
import { seeds } from './initializers.ts'
import { TRAINING_SPACE } from './search-spaces.ts'

export const mlp: NetworkDefinition = {
  name: 'mlp',
  summary: 'flatten, dense 128',
  task: 'binary',
  size: STUDENT_SIZE,
  hyperparameters: { denseUnits: 128 },
  training: STUDENT_TRAINING,
  space: TRAINING_SPACE,
  build({ hyperparameters: h, size, classes, seed }) {
    const { glorot } = seeds(seed)
    return sequential({
      layers: [
        layers.rescaling({ scale: GRAY_TO_UNIT, inputShape: [size.height, size.width, 1] }),
        layers.flatten(),
        layers.dense({ units: h.denseUnits, activation: 'relu', kernelInitializer: glorot() }),
        layers.dense({ units: classes, kernelInitializer: glorot() }),
        layers.softmax(),
      ],
    })
  },
}
