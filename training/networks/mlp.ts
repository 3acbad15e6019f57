/** The report's `mlp`: flatten, dense 128. 4,147,586 parameters with two classes. */
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { GRAY_TO_UNIT, type ModelDefinition, REPORT_SIZE, REPORT_TRAINING } from './definition.ts'
import { seeds } from './initializers.ts'
import { TRAINING_SPACE } from './spaces.ts'

export const mlp: ModelDefinition = {
  name: 'mlp',
  summary: 'flatten, dense 128',
  task: 'binary',
  size: REPORT_SIZE,
  hyperparameters: { dense_units: 128 },
  training: REPORT_TRAINING,
  space: TRAINING_SPACE,
  build({ hyperparameters: h, size, classes, seed }) {
    const { glorot } = seeds(seed)
    return sequential({
      layers: [
        layers.rescaling({ scale: GRAY_TO_UNIT, inputShape: [size.height, size.width, 1] }),
        layers.flatten(),
        layers.dense({ units: h.dense_units, activation: 'relu', kernelInitializer: glorot() }),
        layers.dense({ units: classes, kernelInitializer: glorot() }),
        layers.softmax(),
      ],
    })
  },
}
