/**
 * From a tfjs graph model to an ONNX model, in memory, for the operations that training/graph/export.ts writes. TensorFlow
 * keeps images as rows, columns, channels (NHWC), ONNX as channels, rows, columns (NCHW): images stay in ONNX' order from the
 * first operation to the last, and kernels are turned once, here.
 */
import type { io } from '@tensorflow/tfjs-core'
import { type Attribute, type Initializer, modelBytes, type Node, type Shape } from './messages.ts'
import { readWeights, type Weight } from './weights.ts'

type GraphNode = { name: string; op: string; input?: string[]; attr?: Record<string, GraphAttribute> }
type GraphAttribute = {
  s?: string
  i?: string
  b?: boolean
  list?: { i?: string[]; s?: string[] }
  shape?: { dim: { size: string }[] }
}
export type Artifacts = Required<Pick<io.ModelArtifacts, 'modelTopology' | 'weightSpecs' | 'weightData'>>

/** What fused operations may end with, and the operator of ONNX for it. */
const ACTIVATIONS: Record<string, { operator: string; attributes?: Record<string, Attribute> }> = {
  Relu: { operator: 'Relu' },
  Relu6: { operator: 'Clip' },
  Elu: { operator: 'Elu' },
  Sigmoid: { operator: 'Sigmoid' },
  Tanh: { operator: 'Tanh' },
}
const ELEMENTWISE: Record<string, string> = { Mul: 'Mul', AddV2: 'Add', AddN: 'Sum' }
const NCHW_TO_NHWC = [0, 2, 3, 1]
/** Kernels are rows, columns, depth, channels there, and channels, depth, rows, columns here. */
const HWIO_TO_OIHW = [3, 2, 0, 1]
/** Those of depthwise convolutions are rows, columns, channels, 1 there. */
const HWC1_TO_C1HW = [2, 3, 0, 1]
const BATCH = 'images'

const plain = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString()
const numbers = (attribute: GraphAttribute | undefined): number[] => (attribute?.list?.i ?? []).map(Number)
/** Rows and columns of a window `[1, rows, columns, 1]`. */
const window = (attribute: GraphAttribute | undefined): number[] => numbers(attribute).slice(1, 3)
const nameOf = (input: string): string => input.split(':')[0]

/**
 * @param outputs names of the outputs, with their shapes as the graph states them, the first size being the batch's
 * @returns the bytes of an ONNX model; its input is `[images, channels, rows, columns]`, its outputs are as tfjs gives them
 * @throws Error naming an operation that cannot be translated
 */
export function toOnnx(artifacts: Artifacts, outputs: ReadonlyMap<string, readonly number[]>): Uint8Array {
  const { node: graph } = artifacts.modelTopology as { node: GraphNode[] }
  const weights = readWeights(artifacts.weightSpecs, artifacts.weightData as ArrayBuffer)
  const nodes: Node[] = []
  const initializers = new Map<string, Initializer>()
  const inputs = new Map<string, Shape>()
  /** Tensors that are images: of four dimensions, in ONNX' order, of so many rows and columns. */
  const images = new Map<string, number[]>()

  const weightOf = (name: string): Weight => {
    const weight = weights.get(nameOf(name))
    if (!weight) throw new Error(`the graph reads ${name}, which is no weight`)
    return weight
  }
  const initializer = (name: string, shape: readonly number[], values: Initializer['values']): string => {
    initializers.set(name, { name, shape, values })
    return name
  }
  const float = (name: string, shape: readonly number[], values = weightOf(name).values): string =>
    initializer(nameOf(name), shape, values as Float32Array)
  const emit = (
    operator: string,
    from: readonly string[],
    output: string,
    attributes?: Node['attributes'],
  ) => {
    nodes.push({ operator, inputs: from, output, attributes })
    return output
  }
  const activate = (kind: string | undefined, from: string, output: string): void => {
    if (kind === undefined) return
    const known = ACTIVATIONS[kind]
    if (!known) throw new Error(`the activation ${kind} cannot be translated`)
    const limits =
      kind === 'Relu6'
        ? [initializer('zero', [], Float32Array.of(0)), initializer('six', [], Float32Array.of(6))]
        : []
    emit(known.operator, [from, ...limits], output, known.attributes)
  }
  /** A weight that meets an image: one number a channel stands in the second dimension there. */
  const operand = (input: string, meetsImage: boolean): string => {
    const weight = weights.get(nameOf(input))
    if (!weight) return nameOf(input)
    const [channels = 1] = weight.shape
    return float(input, meetsImage && weight.shape.length === 1 ? [channels, 1, 1] : weight.shape)
  }
  /** An operation with bias and activation in one. */
  const fused = ({ name, attr }: GraphNode, calculate: (output: string) => void): void => {
    const [, activation] = (attr?.fused_ops?.list?.s ?? []).map(plain)
    calculate(activation === undefined ? name : `${name}/linear`)
    activate(activation, `${name}/linear`, name)
  }

  const translators: Record<string, (node: GraphNode, from: string[]) => void> = {
    Const: () => {},
    Placeholder({ name, attr }) {
      const [, rows, columns, channels] = (attr?.shape?.shape?.dim ?? []).map(({ size }) => Number(size))
      inputs.set(name, [BATCH, channels, rows, columns])
      images.set(name, [rows, columns])
    },
    _FusedConv2D: (node, from) => convolve(node, from, HWIO_TO_OIHW),
    FusedDepthwiseConv2dNative: (node, from) => convolve(node, from, HWC1_TO_C1HW),
    _FusedMatMul(node, [matrix, kernel, bias]) {
      const { shape } = weightOf(kernel)
      fused(node, (output) =>
        emit('Gemm', [nameOf(matrix), float(kernel, shape), float(bias, [shape[1]])], output),
      )
    },
    MaxPool: (node, [image]) => pool('MaxPool', node, image),
    AvgPool: (node, [image]) => pool('AveragePool', node, image),
    Mean({ name }, [image]) {
      emit('ReduceMean', [nameOf(image)], name, { axes: [2, 3], keepdims: 0 })
    },
    Reshape({ name }, [image, shape]) {
      const sizes = BigInt64Array.from(weightOf(shape).values, BigInt)
      const from = images.has(nameOf(image))
        ? emit('Transpose', [nameOf(image)], `${name}/order`, { perm: NCHW_TO_NHWC })
        : nameOf(image)
      emit('Reshape', [from, initializer(`${name}/sizes`, [sizes.length], sizes)], name)
    },
    Softmax({ name }, [tensor]) {
      emit('Softmax', [nameOf(tensor)], name, { axis: images.has(nameOf(tensor)) ? 1 : -1 })
      keepImage(name, [tensor])
    },
    Identity({ name }, [tensor]) {
      emit('Identity', [nameOf(tensor)], name)
      keepImage(name, [tensor])
    },
  }
  function sizeOf(input: string): number[] {
    const size = images.get(nameOf(input))
    if (!size) throw new Error(`the graph reads ${input}, which is no image`)
    return size
  }
  function keepImage(name: string, from: readonly string[]): void {
    const size = from.map((input) => images.get(nameOf(input))).find(Boolean)
    if (size) images.set(name, size)
  }
  function convolve(node: GraphNode, [image, kernel, bias]: string[], perm: number[]): void {
    const { shape } = weightOf(kernel)
    const dilations = window(node.attr?.dilations)
    const { pads, strides, size } = slide(node, sizeOf(image), shape.slice(0, 2), dilations)
    const channels = shape[perm[0]]
    const group = perm === HWC1_TO_C1HW ? channels : 1
    // ONNX Runtime turns constants once, when it loads the model.
    const turned = emit('Transpose', [float(kernel, shape)], `${nameOf(kernel)}/turned`, { perm })
    fused(node, (output) =>
      emit('Conv', [nameOf(image), turned, float(bias, [channels])], output, {
        pads,
        strides,
        dilations,
        group,
      }),
    )
    images.set(node.name, size)
  }
  function pool(operator: string, node: GraphNode, image: string): void {
    const kernel = window(node.attr?.ksize)
    const { pads, strides, size } = slide(node, sizeOf(image), kernel)
    emit(operator, [nameOf(image)], node.name, { pads, strides, kernel_shape: kernel })
    images.set(node.name, size)
  }

  for (const node of graph) {
    const from = node.input ?? []
    if (ELEMENTWISE[node.op]) {
      const meetsImage = from.some((input) => images.has(nameOf(input)))
      emit(
        ELEMENTWISE[node.op],
        from.map((input) => operand(input, meetsImage)),
        node.name,
      )
      keepImage(node.name, from)
    } else if (ACTIVATIONS[node.op]) {
      activate(node.op, nameOf(from[0]), node.name)
      keepImage(node.name, from)
    } else {
      const translate = translators[node.op]
      if (!translate) throw new Error(`the operation ${node.op} cannot be translated`)
      translate(node, from)
    }
  }
  const named = new Map<string, Shape>()
  for (const [name, [, ...sizes]] of outputs) {
    const isImage = images.has(name)
    const output = isImage ? emit('Transpose', [name], turnedName(name), { perm: NCHW_TO_NHWC }) : name
    named.set(output, [BATCH, ...sizes])
  }
  return modelBytes({ nodes, initializers: [...initializers.values()], inputs, outputs: named })
}

/** An image is turned back for callers, under a name of its own. */
const turnedName = (name: string): string => `${name}/nhwc`

/** @returns under which name the ONNX model has each output: images are of four dimensions */
export const outputNames = (outputs: ReadonlyMap<string, readonly number[]>): Map<string, string> =>
  new Map([...outputs].map(([name, shape]) => [name, shape.length === 4 ? turnedName(name) : name]))

/**
 * How a window moves over an image: tensorflow.org/api_docs/python/tf/nn, "notes on padding". ONNX Runtime's own automatic
 * padding differs where a stride is larger than the window, and knows no dilations.
 *
 * @returns what is added before rows, columns and after them, and the size of what comes out
 */
function slide(
  { attr }: GraphNode,
  image: readonly number[],
  kernel: readonly number[],
  dilations: readonly number[] = [1, 1],
): { pads: number[]; strides: number[]; size: number[] } {
  const strides = window(attr?.strides)
  const reach = kernel.map((size, i) => (size - 1) * dilations[i] + 1)
  const isSame = plain(attr?.padding?.s) === 'SAME'
  const size = image.map((length, i) => Math.ceil((isSame ? length : length - reach[i] + 1) / strides[i]))
  const total = size.map((length, i) =>
    isSame ? Math.max(0, (length - 1) * strides[i] + reach[i] - image[i]) : 0,
  )
  const before = total.map((pad) => Math.floor(pad / 2))
  return { pads: [...before, ...total.map((pad, i) => pad - before[i])], strides, size }
}
