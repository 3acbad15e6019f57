/**
 * `resnet`: a small residual network (He et al. 2016) with batch normalisation and global average pooling.
 *
 * A 1 x 1 convolution makes one map per class and the pooled maps are the logits, which equals pooling before a dense
 * layer; so the class activation map (Zhou et al. 2016) is a second output that costs nothing.
 */
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { GRAY_TO_UNIT, type NetworkDefinition, STUDENT_TRAINING } from './definition.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { seeds } from './initializers.ts'
import { RESIDUAL_SPACE } from './search-spaces.ts'
import { SeededDropout } from './seeded-dropout.ts'

export const resnet: NetworkDefinition = {
  name: 'resnet',
  summary: 'residual network, batch normalisation, global average pooling, class activation map',
  task: 'three-class',
  size: { height: 96, width: 96 },
  hyperparameters: { width: 24, blocks: 1, dropout: 0.2 },
  training: {
    ...STUDENT_TRAINING,
    epochs: 30,
    optimizer: 'adamw',
    weightDecay: 0.02,
    learningRate: 2e-3,
    schedule: 'cosine',
    warmup: 2,
  },
  space: RESIDUAL_SPACE,
  build: buildResnet,
}

/** @returns the layers of a residual network: probabilities, and the class activation map behind them */
export function buildResnet({
  hyperparameters: h,
  size,
  classes,
  seed,
}: Parameters<NetworkDefinition['build']>[0]): LayersModel {
  const { he, glorot, dropout } = seeds(seed)
  const convolve = (x: SymbolicTensor, filters: number, kernelSize: number, strides: number) => {
    const options = {
      filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer: he(),
    } as const
    return new FusedBatchNormalization({}).apply(layers.conv2d(options).apply(x)) as SymbolicTensor
  }
  const relu = (x: SymbolicTensor) => layers.reLU().apply(x) as SymbolicTensor

  // A strided 1 x 1 convolution in two steps: oneDNN's gradient of it corrupts memory with small batches (TensorFlow 2.21).
  const subsample = (x: SymbolicTensor, strides: number) =>
    (strides > 1 ? layers.maxPooling2d({ poolSize: 1, strides }).apply(x) : x) as SymbolicTensor

  const block = (x: SymbolicTensor, filters: number, strides: number) => {
    const changes = strides > 1 || x.shape[3] !== filters
    const shortcut = changes ? convolve(subsample(x, strides), filters, 1, 1) : x
    const residual = convolve(relu(convolve(x, filters, 3, strides)), filters, 3, 1)
    return relu(layers.add().apply([residual, shortcut]) as SymbolicTensor)
  }

  const image = input({ shape: [size.height, size.width, 1], name: 'image' })
  const unit = layers.rescaling({ scale: 2 * GRAY_TO_UNIT, offset: -1 }).apply(image) as SymbolicTensor
  let x = relu(convolve(unit, h.width, 3, 2))
  for (const stage of [0, 1, 2, 3])
    for (let i = 0; i < (stage === 0 ? 1 : h.blocks); i++) {
      const filters = Math.round(h.width * [1, 2, 4, 6][stage])
      x = block(x, filters, i === 0 && stage > 0 ? 2 : 1)
    }
  if (h.dropout > 0) x = new SeededDropout({ rate: h.dropout, seed: dropout() }).apply(x) as SymbolicTensor
  const map = layers
    .conv2d({ filters: classes, kernelSize: 1, kernelInitializer: glorot() })
    .apply(x) as SymbolicTensor
  const logits = layers.globalAveragePooling2d({}).apply(map) as SymbolicTensor
  const probabilities = layers.softmax().apply(logits) as SymbolicTensor
  return model({ inputs: image, outputs: [probabilities, map] })
}
