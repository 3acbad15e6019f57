import type { Artifacts } from '@zoidberg/core/onnx/translate.ts'

type GraphNode = {
  name: string
  op: string
  input?: string[]
  attr?: Record<string, { s?: string; list?: { i?: string[] }; shape?: { dim: { size: string }[] } }>
}

/** The kernel of a depthwise one has one output for each channel, so that its size counts either alike. */
const CONVOLUTIONS = ['_FusedConv2D', 'FusedDepthwiseConv2dNative']

/** @returns multiply-adds of a graph's convolutions and matrix products, for one image */
export function multiplyAdds({ modelTopology, weightSpecs }: Artifacts): number {
  const shapes = new Map(weightSpecs.map(({ name, shape }) => [name, shape]))
  const sizes = new Map<string, number[]>()
  const window = (values: string[] = []) => values.slice(1, 3).map(Number)
  let sum = 0
  for (const { name, op, input = [], attr = {} } of (modelTopology as { node: GraphNode[] }).node) {
    const size = input.map((from) => sizes.get(from)).find(Boolean)
    const kernel = shapes.get(input[1]) ?? []
    if (op === 'Placeholder') sizes.set(name, window(attr.shape?.shape?.dim.map((dim) => dim.size)))
    else if (op === '_FusedMatMul') sum += kernel[0] * kernel[1]
    else if (CONVOLUTIONS.includes(op) || op.endsWith('Pool')) {
      const strides = window(attr.strides?.list?.i)
      const reach = op.endsWith('Pool') ? window(attr.ksize?.list?.i) : kernel
      const isSame = Buffer.from(attr.padding?.s ?? '', 'base64').toString() === 'SAME'
      const out = (size ?? []).map((n, i) => Math.ceil((isSame ? n : n - reach[i] + 1) / strides[i]))
      sizes.set(name, out)
      if (CONVOLUTIONS.includes(op)) sum += out[0] * out[1] * kernel.reduce((a, b) => a * b, 1)
    } else if (size && op !== 'Mean' && op !== 'Reshape') sizes.set(name, size)
  }
  return sum
}
