/**
 * LayersModel → GraphModel artifacts, in TypeScript: what the Python converter does for other people.
 *
 * Dropout goes, batch normalisation is folded into the convolution before it (Jacob et al. 2018, section 3.2), bias and
 * activation are fused into `_FusedConv2D` and `_FusedMatMul`.
 */
import type { io } from '@tensorflow/tfjs-core'
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { bool, float, int, ints, shape, text, texts, type } from './node.ts'
import { toShards } from './shards.ts'
import { GraphWriter } from './writer.ts'

type Layer = ReturnType<typeof layers.dense>
type Config = Record<string, unknown>

export const INPUT = 'image'
export const PROBABILITIES = 'probabilities'
export const ACTIVATION_MAP = 'activation_map'

/** @property float16 whether kernels are stored in half precision */
export type ExportOptions = { float16?: boolean }

/**
 * Exports a model.
 *
 * @param model with one input `[null, height, width, 1]` of 0..255 and one output of probabilities, and optionally a
 *   second output, the activation map `[null, h, w, labels]`
 * @returns `model.json` and its weight shards, as file names and bytes
 * @throws Error naming a layer that a graph cannot express
 */
export function exportGraph(
  model: LayersModel,
  options: ExportOptions = {},
): [name: string, bytes: Uint8Array][] {
  const graph = new GraphWriter(options.float16 ?? false)
  const inputShape = model.inputs[0].shape
  graph.node(INPUT, 'Placeholder', [], { dtype: type('DT_FLOAT'), shape: { shape: shape(inputShape) } })
  const outputs = emitModel(graph, model)
  const names = [PROBABILITIES, ACTIVATION_MAP].slice(0, model.outputs.length)
  names.forEach((name, k) => {
    graph.node(name, 'Identity', [outputs[k]], { T: type('DT_FLOAT') })
  })

  const tensorInfo = (name: string, dims: (number | null)[]) =>
    ({ [name]: { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shape(dims) } }) as const
  const { weights, specs } = graph.weights()
  const shards = toShards(weights)
  const json: io.ModelJSON = {
    format: 'graph-model',
    generatedBy: 'zoidberg',
    convertedBy: 'zoidberg training/graph/export.ts',
    signature: {
      inputs: tensorInfo(INPUT, inputShape),
      outputs: Object.assign({}, ...names.map((name, k) => tensorInfo(name, model.outputs[k].shape))),
    },
    modelTopology: { node: graph.nodes, versions: { producer: 1987, minConsumer: 12 } },
    weightsManifest: [{ paths: shards.map(([name]) => name), weights: specs }],
  }
  return [['model.json', Buffer.from(JSON.stringify(json))], ...shards]
}

/** Emits the layers; returns the names of the outputs. */
function emitModel(graph: GraphWriter, model: LayersModel): string[] {
  const emitted = new Map<SymbolicTensor, string>([[model.inputs[0], INPUT]])
  const consumers = consumersOf(model)

  /** The only layer that reads a tensor, if there is exactly one and the tensor is no output. */
  const onlyConsumer = (tensor: SymbolicTensor): Layer | undefined => {
    const layers = consumers.get(tensor) ?? []
    return layers.length === 1 && !model.outputs.includes(tensor) ? layers[0] : undefined
  }

  const emit = (tensor: SymbolicTensor): string => {
    const known = emitted.get(tensor)
    if (known) return known
    const layer = tensor.sourceLayer as Layer
    const inputs = layer.inboundNodes[tensor.nodeIndex].inputTensors.map(emit)
    const emitLayer = EMITTERS[layer.getClassName()]
    if (!emitLayer)
      throw new Error(`a graph model cannot express layer "${layer.name}" (${layer.getClassName()})`)
    const name = emitLayer({
      graph,
      layer,
      config: layer.getConfig() as Config,
      inputs,
      name: layer.name,
      onlyConsumer,
      tensor,
      emitted,
    })
    emitted.set(tensor, name)
    return name
  }

  // A convolution also emits the normalisation and activation behind it, so the walk goes forward, not back.
  for (const layer of model.layers) for (const node of layer.inboundNodes) node.outputTensors.forEach(emit)
  return model.outputs.map(emit)
}

function consumersOf(model: LayersModel): Map<SymbolicTensor, Layer[]> {
  const consumers = new Map<SymbolicTensor, Layer[]>()
  for (const layer of model.layers as Layer[])
    for (const node of layer.inboundNodes)
      for (const input of node.inputTensors) consumers.set(input, [...(consumers.get(input) ?? []), layer])
  return consumers
}

type Emission = {
  graph: GraphWriter
  layer: Layer
  config: Config
  inputs: string[]
  name: string
  tensor: SymbolicTensor
  emitted: Map<SymbolicTensor, string>
  onlyConsumer(tensor: SymbolicTensor): Layer | undefined
}

const T = { T: type('DT_FLOAT') }
const NHWC = { data_format: text('NHWC') }
const window = (size: unknown): number[] => [1, ...(size as number[]), 1]
const sliding = (config: Config) => ({
  ...NHWC,
  ...padding(config),
  strides: ints(window(config.strides)),
  dilations: ints(window(config.dilationRate)),
})
const padding = (config: Config) => ({ padding: text(String(config.padding).toUpperCase()) })

/** Activations by Keras name: the operation, and whether tfjs can fuse it. */
const ACTIVATIONS: Record<string, { op: string; fuses: boolean }> = {
  relu: { op: 'Relu', fuses: true },
  relu6: { op: 'Relu6', fuses: true },
  elu: { op: 'Elu', fuses: true },
  sigmoid: { op: 'Sigmoid', fuses: false },
  tanh: { op: 'Tanh', fuses: false },
  softmax: { op: 'Softmax', fuses: false },
}

function activationOf(layer: Layer): string {
  const config = layer.getConfig() as Config
  if (layer.getClassName() === 'ReLU') return config.maxValue == null ? 'relu' : 'relu with a maximum'
  return String(config.activation ?? 'linear')
}

function emitActivation(
  graph: GraphWriter,
  input: string,
  { activation, name }: { activation: string; name: string },
): string {
  if (activation === 'linear') return input
  const known = ACTIVATIONS[activation]
  if (!known)
    throw new Error(`a graph model cannot express the activation "${activation}" of layer "${name}"`)
  return graph.node(`${name}/${known.op}`, known.op, [input], T)
}

/** Weights of a layer as plain arrays, in Keras' order. */
const weightsOf = (layer: Layer): Float32Array[] =>
  layer.getWeights().map((tensor) => tensor.dataSync() as Float32Array)

/** Scale and offset of a batch normalisation at inference: y = scale * x + offset, per channel. */
function scaleAndOffset(layer: Layer): { scale: Float32Array; offset: Float32Array } {
  const { scale: hasGamma, center: hasBeta, epsilon } = layer.getConfig() as Config
  const weights = weightsOf(layer)
  const variance = weights.pop() as Float32Array
  const mean = weights.pop() as Float32Array
  const beta = hasBeta ? (weights.pop() as Float32Array) : new Float32Array(mean.length)
  const gamma = hasGamma ? (weights.pop() as Float32Array) : new Float32Array(mean.length).fill(1)
  const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + (epsilon as number)))
  return { scale, offset: beta.map((b, c) => b - mean[c] * scale[c]) }
}

const isNormalisation = (layer?: Layer): layer is Layer =>
  layer?.getClassName().endsWith('BatchNormalization') ?? false
const isActivation = (layer?: Layer): layer is Layer =>
  ['Activation', 'ReLU'].includes(layer?.getClassName() ?? '')

/** Convolution or dense layer with the normalisation and activation behind it: one fused operation. */
function emitFused(
  emission: Emission,
  op: '_FusedConv2D' | 'FusedDepthwiseConv2dNative' | '_FusedMatMul',
  attributes: Record<string, object>,
): string {
  const { graph, layer, inputs, name, emitted, onlyConsumer } = emission
  const [kernelTensor] = layer.getWeights()
  const [kernelWeights, biasWeights] = weightsOf(layer)
  const channels = emission.tensor.shape.at(-1) as number
  let kernel = kernelWeights
  let bias = biasWeights ?? new Float32Array(channels)
  let activation = activationOf(layer)
  let last = emission.tensor
  const absorbed: SymbolicTensor[] = []
  const next = () => (activation === 'linear' ? onlyConsumer(last) : undefined)

  const normalisation = next()
  if (isNormalisation(normalisation)) {
    const { scale, offset } = scaleAndOffset(normalisation)
    kernel = kernel.map((weight, i) => weight * scale[i % channels])
    bias = bias.map((b, c) => b * scale[c] + offset[c])
    last = normalisation.output as SymbolicTensor
    absorbed.push(last)
  }
  const follower = next()
  if (isActivation(follower) && ACTIVATIONS[activationOf(follower)]?.fuses) {
    activation = activationOf(follower)
    last = follower.output as SymbolicTensor
    absorbed.push(last)
  }

  const fuses = ACTIVATIONS[activation]?.fuses ?? false
  const node = graph.node(
    `${name}/fused`,
    op,
    [
      inputs[0],
      graph.kernel(`${name}/kernel`, kernel, kernelTensor.shape),
      graph.constant(`${name}/bias`, bias, [channels]),
    ],
    {
      ...T,
      ...attributes,
      fused_ops: texts(['BiasAdd', ...(fuses ? [ACTIVATIONS[activation].op] : [])]),
      num_args: int(1),
      epsilon: float(0),
    },
  )
  const output = fuses ? node : emitActivation(graph, node, { activation, name })
  for (const tensor of absorbed) emitted.set(tensor, output)
  return output
}

const emitPool =
  (op: 'MaxPool' | 'AvgPool') =>
  ({ graph, config, inputs, name }: Emission): string =>
    graph.node(name, op, inputs, {
      ...T,
      ...NHWC,
      ...padding(config),
      ksize: ints(window(config.poolSize)),
      strides: ints(window(config.strides)),
    })

const EMITTERS: Record<string, (emission: Emission) => string> = {
  InputLayer: () => INPUT,
  Dropout: ({ inputs }) => inputs[0],
  SeededDropout: ({ inputs }) => inputs[0],

  Rescaling({ graph, config, inputs, name }) {
    const scale = graph.constant(`${name}/scale`, new Float32Array([config.scale as number]), [])
    const scaled = graph.node(`${name}/Mul`, 'Mul', [inputs[0], scale], T)
    if (!config.offset) return scaled
    const offset = graph.constant(`${name}/offset`, new Float32Array([config.offset as number]), [])
    return graph.node(`${name}/AddV2`, 'AddV2', [scaled, offset], T)
  },

  Conv2D: (emission) => emitFused(emission, '_FusedConv2D', sliding(emission.config)),
  DepthwiseConv2D: (emission) => emitFused(emission, 'FusedDepthwiseConv2dNative', sliding(emission.config)),

  Dense(emission) {
    if (emission.layer.inboundNodes[0].inputTensors[0].rank !== 2)
      throw new Error(
        `a graph model cannot express layer "${emission.layer.name}": Dense on more than two dimensions`,
      )
    return emitFused(emission, '_FusedMatMul', { transpose_a: bool(false), transpose_b: bool(false) })
  },

  BatchNormalization({ graph, layer, inputs, name }) {
    const { scale, offset } = scaleAndOffset(layer)
    const scaled = graph.node(
      `${name}/Mul`,
      'Mul',
      [inputs[0], graph.constant(`${name}/scale`, scale, [scale.length])],
      T,
    )
    return graph.node(
      `${name}/AddV2`,
      'AddV2',
      [scaled, graph.constant(`${name}/offset`, offset, [offset.length])],
      T,
    )
  },
  FusedBatchNormalization: (emission) => EMITTERS.BatchNormalization(emission),

  Activation: ({ graph, layer, inputs, name }) =>
    emitActivation(graph, inputs[0], { activation: activationOf(layer), name }),
  ReLU: ({ graph, layer, inputs, name }) =>
    emitActivation(graph, inputs[0], { activation: activationOf(layer), name }),
  Softmax: ({ graph, inputs, name }) => emitActivation(graph, inputs[0], { activation: 'softmax', name }),

  MaxPooling2D: emitPool('MaxPool'),
  AveragePooling2D: emitPool('AvgPool'),

  GlobalAveragePooling2D({ graph, inputs, name }) {
    const axes = graph.constant(`${name}/axes`, new Int32Array([1, 2]), [2])
    return graph.node(name, 'Mean', [inputs[0], axes], {
      ...T,
      Tidx: type('DT_INT32'),
      keep_dims: bool(false),
    })
  },

  Flatten({ graph, inputs, name, tensor }) {
    const target = graph.constant(`${name}/shape`, new Int32Array([-1, tensor.shape[1] as number]), [2])
    return graph.node(name, 'Reshape', [inputs[0], target], { ...T, Tshape: type('DT_INT32') })
  },

  Add: ({ graph, inputs, name }) =>
    inputs
      .slice(1)
      .reduce((sum, input, i) => graph.node(`${name}/${i}`, 'AddV2', [sum, input], T), inputs[0]),
}
