/** From the layers of a Keras model to a network like ours: one gray channel in, probabilities out. */
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Size } from '@zoidberg/core/image.ts'
import { UsageError } from '../errors.ts'
import type { LayerConfig, SavedLayer } from './read.ts'

/** What a network expects of a pixel, whose gray is 0 to 255. */
export const RANGES = {
  '0..255': { scale: 1, offset: 0 },
  '0..1': { scale: 1 / 255, offset: 0 },
  '-1..1': { scale: 2 / 255, offset: -1 },
} as const

type Layer = InstanceType<typeof layers.Layer>
type Padding = 'same' | 'valid'

const sliding = (c: LayerConfig) => ({
  kernelSize: c.kernel_size as [number, number],
  strides: c.strides as [number, number],
  dilationRate: c.dilation_rate as [number, number],
  padding: c.padding as Padding,
  useBias: c.use_bias as boolean,
  activation: activationOf(c),
})
const pooling = (c: LayerConfig) => ({
  poolSize: c.pool_size as [number, number],
  strides: c.strides as [number, number],
  padding: c.padding as Padding,
})
const activationOf = (c: LayerConfig) => String(c.activation ?? 'linear') as 'relu'

const KNOWN: Record<string, (config: LayerConfig) => Layer> = {
  Rescaling: (c) => layers.rescaling({ scale: c.scale as number, offset: (c.offset as number) ?? 0 }),
  Conv2D: (c) => layers.conv2d({ ...sliding(c), filters: c.filters as number }),
  DepthwiseConv2D: (c) => layers.depthwiseConv2d(sliding(c)),
  BatchNormalization: (c) =>
    layers.batchNormalization({
      epsilon: c.epsilon as number,
      center: c.center as boolean,
      scale: c.scale as boolean,
    }),
  ReLU: (c) =>
    c.max_value === 6
      ? layers.activation({ activation: 'relu6' })
      : layers.reLU({ maxValue: c.max_value as number }),
  Activation: (c) => layers.activation({ activation: activationOf(c) }),
  MaxPooling2D: (c) => layers.maxPooling2d(pooling(c)),
  AveragePooling2D: (c) => layers.averagePooling2d(pooling(c)),
  GlobalAveragePooling2D: () => layers.globalAveragePooling2d({}),
  Flatten: () => layers.flatten(),
  Dense: (c) =>
    layers.dense({ units: c.units as number, useBias: c.use_bias as boolean, activation: activationOf(c) }),
  Dropout: (c) => layers.dropout({ rate: c.rate as number }),
  Add: () => layers.add(),
}

/**
 * Builds the network. A network of colour images gets the gray three times, one with a single output gets two.
 *
 * @param saved the input first; the last layer is dense and gives probabilities
 * @param options what it expects of a pixel, and of each of our classes in order, its place in the network's own order
 * @returns a model from gray values, `[batch, height, width, 1]`, to probabilities, and the size of its input
 * @throws UsageError naming a layer that is not known, or what else is not as it must be
 */
export function buildKeras(
  saved: readonly SavedLayer[],
  { range, order }: { range: keyof typeof RANGES; order: readonly number[] },
): { network: LayersModel; size: Size } {
  const [first, ...rest] = saved
  const shape = (first?.config.batch_shape ?? first?.config.batch_input_shape) as number[] | undefined
  const [, height, width, channels] = shape ?? []
  if (!height || !width || (channels !== 1 && channels !== 3))
    throw new UsageError(
      `the network takes ${JSON.stringify(shape ?? null)}; it must take images of one size with one or three channels.`,
    )
  const last = rest.at(-1)
  const image = input({ shape: [height, width, 1], name: 'image' })
  const outputs = new Map<string, SymbolicTensor>([[first.name, prepared(image, { range, channels })]])
  for (const layer of rest) {
    const inputs = layer.inputs.map((name) => {
      const found = outputs.get(name)
      if (!found)
        throw new UsageError(`layer "${layer.name}" reads "${name}", which does not come before it.`)
      return found
    })
    const from = inputs.length === 1 ? inputs[0] : inputs
    outputs.set(
      layer.name,
      layer === last ? ending(layer, from as SymbolicTensor, order) : applied(layer, from),
    )
  }
  return {
    network: model({ inputs: image, outputs: outputs.get(last?.name ?? '') as SymbolicTensor }),
    size: { height, width },
  }
}

function prepared(
  image: SymbolicTensor,
  { range, channels }: { range: keyof typeof RANGES; channels: number },
) {
  const scaled = range === '0..255' ? image : (layers.rescaling(RANGES[range]).apply(image) as SymbolicTensor)
  if (channels === 1) return scaled
  const copies = layers.conv2d({ filters: 3, kernelSize: 1, useBias: false, name: 'gray_to_colour' })
  const colour = copies.apply(scaled) as SymbolicTensor
  copies.setWeights([tensor([1, 1, 1], [1, 1, 1, 3])])
  return colour
}

function applied({ name, className, config, weights }: SavedLayer, from: SymbolicTensor | SymbolicTensor[]) {
  const build = Object.hasOwn(KNOWN, className) ? KNOWN[className] : undefined
  if (!build)
    throw new UsageError(
      `layer "${name}" is a ${className}, which is not known here; there are ${Object.keys(KNOWN).join(', ')}.`,
    )
  const layer = build(config)
  const output = layer.apply(from) as SymbolicTensor
  give(
    layer,
    name,
    weights.map(({ values, shape }) => tensor(values, shape)),
  )
  return output
}

function give(layer: Layer, name: string, weights: Tensor[]): void {
  const wanted = layer.getWeights().map(({ shape }) => shape.join())
  const given = weights.map(({ shape }) => shape.join())
  if (wanted.join(' ') !== given.join(' '))
    throw new UsageError(
      `layer "${name}" has weights of ${given.join(' ') || 'none'}, not of ${wanted.join(' ')}.`,
    )
  layer.setWeights(weights)
}

/** The last layer in two: logits in our order of classes, and their softmax. */
function ending(
  { name, className, config, weights }: SavedLayer,
  from: SymbolicTensor,
  order: readonly number[],
) {
  const activation = String(config.activation ?? 'linear')
  const units = config.units as number
  const isPair = activation === 'sigmoid' && units === 1
  if (className !== 'Dense' || (activation !== 'softmax' && !isPair))
    throw new UsageError(
      `the last layer, "${name}", must be a Dense layer with softmax, or with sigmoid and one unit.`,
    )
  const classes = isPair ? 2 : units
  if (classes !== order.length)
    throw new UsageError(`the network has ${classes} classes, and the data set has ${order.length}.`)
  const [kernel, bias] = weights
  const [rows] = kernel.shape
  // One unit says how likely the second class is: its logit stands against 0.
  const column = (values: Float32Array, row: number, k: number) =>
    isPair ? (k === 1 ? values[row] : 0) : values[row * units + k]
  const columns = order.length
  const ours = Float32Array.from({ length: rows * columns }, (_, i) =>
    column(kernel.values, Math.floor(i / columns), order[i % columns]),
  )
  const biases = Float32Array.from(order, (k) => (bias ? column(bias.values, 0, k) : 0))
  const dense = layers.dense({ units: columns })
  const logits = dense.apply(from) as SymbolicTensor
  dense.setWeights([tensor(ours, [rows, columns]), tensor(biases, [columns])])
  return layers.softmax().apply(logits) as SymbolicTensor
}
