/** Collects the nodes and weights of a graph while it is written. */
import type { io } from '@tensorflow/tfjs-core'
import { float16Bytes } from './float16.ts'
import { type Attribute, type GraphNode, shape, type } from './node.ts'

/** Nodes and weights in the order in which they were added. */
export class GraphWriter {
  readonly nodes: GraphNode[] = []
  readonly #float16: boolean
  readonly #specs: io.WeightsManifestEntry[] = []
  readonly #bytes: Uint8Array[] = []

  constructor(float16: boolean) {
    this.#float16 = float16
  }

  /**
   * Adds an operation.
   *
   * @returns its name, which is its output's
   */
  node(name: string, op: string, input: string[], attr: Record<string, Attribute>): string {
    this.nodes.push({ name, op, input, attr })
    return name
  }

  /**
   * Adds a weight in full precision.
   *
   * @returns its name
   */
  constant(name: string, values: Float32Array | Int32Array, dims: number[]): string {
    const isFloat = values instanceof Float32Array
    const bytes = new Uint8Array(
      values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength),
    )
    return this.#weight({ name, shape: dims, dtype: isFloat ? 'float32' : 'int32' }, bytes)
  }

  /**
   * Adds the kernel of a layer, the bulk of a model, in half precision where that is wanted.
   *
   * @returns its name
   */
  kernel(name: string, values: Float32Array, dims: number[]): string {
    if (!this.#float16) return this.constant(name, values, dims)
    const quantization = { dtype: 'float16', original_dtype: 'float32' } as const
    return this.#weight(
      { name, shape: dims, dtype: 'float32', quantization } as io.WeightsManifestEntry,
      float16Bytes(values),
    )
  }

  /** @returns all weights one after the other, and what tells them apart */
  weights(): { weights: Uint8Array; specs: io.WeightsManifestEntry[] } {
    return { weights: Buffer.concat(this.#bytes), specs: this.#specs }
  }

  #weight(spec: io.WeightsManifestEntry, bytes: Uint8Array): string {
    const dtype = spec.dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT'
    const value = { tensor: { dtype, tensorShape: shape(spec.shape) } }
    this.#specs.push(spec)
    this.#bytes.push(bytes)
    return this.node(spec.name, 'Const', [], { dtype: type(dtype), value })
  }
}
