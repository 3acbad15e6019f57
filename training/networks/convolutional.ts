/**
 * The student report's family of networks: `depth` convolutions, three if nobody says, (valid, ReLU) each with 2 x 2 max-pooling, dropout,
 * dense.
 */
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { GRAY_TO_UNIT, type NetworkDefinition } from './definition.ts'
import { seeds } from './initializers.ts'
import { SeededDropout } from './seeded-dropout.ts'

/** @returns the layers of a network of this family, from gray values 0..255 to probabilities */
export const buildConvolutional: NetworkDefinition['build'] = ({
  hyperparameters: h,
  size,
  classes,
  seed,
}): LayersModel => {
  const { glorot, dropout } = seeds(seed)
  // Convolutions beyond the third are like the third.
  const convolution = (n: number) =>
    layers.conv2d({
      filters: h[`conv${Math.min(n, 3)}Filters`],
      kernelSize: h[`conv${Math.min(n, 3)}Kernel`],
      activation: 'relu',
      kernelInitializer: glorot(),
    })
  const pool = () => layers.maxPooling2d({ poolSize: 2 })
  return sequential({
    layers: [
      layers.rescaling({ scale: GRAY_TO_UNIT, inputShape: [size.height, size.width, 1] }),
      ...Array.from({ length: h.depth ?? 3 }, (_, i) => [convolution(i + 1), pool()]).flat(),
      ...(h.dropout > 0 ? [new SeededDropout({ rate: h.dropout, seed: dropout() })] : []),
      layers.flatten(),
      layers.dense({ units: h.denseUnits, activation: 'relu', kernelInitializer: glorot() }),
      layers.dense({ units: classes, kernelInitializer: glorot() }),
      layers.softmax(),
    ],
  })
}

/** @returns the sides of the three convolutions' kernels, in pixels, as hyperparameters */
export const kernels = (one: number, two: number, three: number) => ({
  conv1Kernel: one,
  conv2Kernel: two,
  conv3Kernel: three,
})
/** @returns how many filters the three convolutions have, as hyperparameters */
export const filters = (one: number, two: number, three: number) => ({
  conv1Filters: one,
  conv2Filters: two,
  conv3Filters: three,
})
