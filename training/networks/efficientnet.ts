/**
 * `efficientnet`: the first five of the seven stages of EfficientNet-Lite0 (Tan & Le 2019; Lite: no squeeze and excitation,
 * ReLU6), with the weights that ImageNet gave them. Edges and textures carry over to X-rays; what the last stages
 * know of cats does not, and the map keeps a cell for every 16 pixels without them.
 */
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { defaultNetwork } from './default.ts'
import type { NetworkDefinition } from './definition.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { readImagenet } from './imagenet/weights.ts'
import { seeds } from './initializers.ts'
import { SeededDropout } from './seeded-dropout.ts'

/** Width, rows and columns of the kernel, stride of the first block, and how many blocks. */
const STAGES = [
  [16, 3, 1, 1],
  [24, 3, 2, 2],
  [40, 5, 2, 2],
  [80, 3, 2, 3],
  [112, 5, 1, 3],
] as const
const STEM = 32
/** How many times as wide a block is inside, except the first. */
const EXPANSION = 6
/** What the weights of ImageNet were trained on: gray values 0..255 as (x - 127) / 128. */
const SCALE = { scale: 1 / 128, offset: -127 / 128 }

export const efficientnet: NetworkDefinition = {
  name: 'efficientnet',
  summary: 'EfficientNet-Lite0 up to its fifth stage, pretrained on ImageNet',
  task: 'three-class',
  size: { height: 128, width: 128 },
  hyperparameters: { dropout: 0.2, frozenBlocks: 3 },
  training: {
    ...defaultNetwork.training,
    epochs: 40,
    learningRate: 5e-4,
    warmup: 1,
    // Weights that know one size forget it at half of it.
    halfSize: 0,
  },
  space: {
    dropout: { type: 'float', low: 0, high: 0.5 },
    learningRate: { type: 'float', low: 1e-4, high: 2e-3, scale: 'log' },
    weightDecay: { type: 'float', low: 1e-3, high: 0.2, scale: 'log' },
  },
  build,
  pretrained: readImagenet,
}

function build({
  hyperparameters,
  size,
  classes,
  seed,
}: Parameters<NetworkDefinition['build']>[0]): LayersModel {
  const { he, glorot, dropout } = seeds(seed)
  const normalise = (x: SymbolicTensor, name: string) =>
    new FusedBatchNormalization({ name: `${name}_norm` }).apply(x) as SymbolicTensor
  const clip = (x: SymbolicTensor) => layers.activation({ activation: 'relu6' }).apply(x) as SymbolicTensor
  const convolve = (x: SymbolicTensor, name: string, [filters, kernelSize, strides]: readonly number[]) => {
    const options = { name, filters, kernelSize, strides, padding: 'same', useBias: false } as const
    return normalise(layers.conv2d({ ...options, kernelInitializer: he() }).apply(x) as SymbolicTensor, name)
  }
  const depthwise = (x: SymbolicTensor, name: string, [kernelSize, strides]: readonly number[]) => {
    const options = { name, kernelSize, strides, padding: 'same', useBias: false } as const
    const layer = layers.depthwiseConv2d({ ...options, depthwiseInitializer: he() })
    return normalise(layer.apply(x) as SymbolicTensor, name)
  }

  let count = 0
  const block = (x: SymbolicTensor, filters: number, window: readonly number[]) => {
    const name = `block${count++}`
    const depth = x.shape[3] as number
    const wide = count === 1 ? x : clip(convolve(x, `${name}_expand`, [EXPANSION * depth, 1, 1]))
    const moved = clip(depthwise(wide, `${name}_depthwise`, window))
    const narrow = convolve(moved, `${name}_project`, [filters, 1, 1])
    const isSame = window[1] === 1 && depth === filters
    return isSame ? (layers.add().apply([x, narrow]) as SymbolicTensor) : narrow
  }

  const image = input({ shape: [size.height, size.width, 1], name: 'image' })
  const unit = layers.rescaling(SCALE).apply(image) as SymbolicTensor
  let x = clip(convolve(unit, 'stem', [STEM, 3, 2]))
  for (const [filters, kernel, stride, blocks] of STAGES)
    for (let i = 0; i < blocks; i++) x = block(x, filters, [kernel, i === 0 ? stride : 1])
  if (hyperparameters.dropout > 0)
    x = new SeededDropout({ rate: hyperparameters.dropout, seed: dropout() }).apply(x) as SymbolicTensor
  const map = layers
    .conv2d({ filters: classes, kernelSize: 1, kernelInitializer: glorot() })
    .apply(x) as SymbolicTensor
  const logits = layers.globalAveragePooling2d({}).apply(map) as SymbolicTensor
  const probabilities = layers.softmax().apply(logits) as SymbolicTensor
  const network = model({ inputs: image, outputs: [probabilities, map] })
  freeze(network, hyperparameters.frozenBlocks)
  return network
}

/** Keeps the kernels of the first blocks as ImageNet left them; their normalisations still see what X-rays are like. */
function freeze({ layers }: LayersModel, blocks: number): void {
  for (const layer of layers) {
    const [, block] = /^block(\d+)_/.exec(layer.name) ?? []
    const isEarly = layer.name.startsWith('stem') || (block !== undefined && Number(block) < blocks)
    if (isEarly && blocks > 0) layer.trainable = false
  }
}
