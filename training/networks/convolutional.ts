/** The report's family of networks: three convolutions (valid, ReLU) each with 2 x 2 max-pooling, dropout, dense. */
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { GRAY_TO_UNIT, type ModelDefinition } from './definition.ts'
import { SeededDropout } from './dropout.ts'
import { seeds } from './initializers.ts'

export const buildConvolutional: ModelDefinition['build'] = ({
  hyperparameters: h,
  size,
  classes,
  seed,
}): LayersModel => {
  const { glorot, dropout } = seeds(seed)
  const convolution = (n: 1 | 2 | 3) =>
    layers.conv2d({
      filters: h[`conv_${n}_filter`],
      kernelSize: h[`conv_${n}_kernel`],
      activation: 'relu',
      kernelInitializer: glorot(),
    })
  const pool = () => layers.maxPooling2d({ poolSize: 2 })
  return sequential({
    layers: [
      layers.rescaling({ scale: GRAY_TO_UNIT, inputShape: [size.height, size.width, 1] }),
      ...([1, 2, 3] as const).flatMap((n) => [convolution(n), pool()]),
      ...(h.dropout > 0 ? [new SeededDropout({ rate: h.dropout, seed: dropout() })] : []),
      layers.flatten(),
      layers.dense({ units: h.dense_units, activation: 'relu', kernelInitializer: glorot() }),
      layers.dense({ units: classes, kernelInitializer: glorot() }),
      layers.softmax(),
    ],
  })
}

export const kernels = (one: number, two: number, three: number) => ({
  conv_1_kernel: one,
  conv_2_kernel: two,
  conv_3_kernel: three,
})
export const filters = (one: number, two: number, three: number) => ({
  conv_1_filter: one,
  conv_2_filter: two,
  conv_3_filter: three,
})
