/** Weights of a model and of its optimizer, as plain arrays and as bytes: for checkpoints and for restoring the best. */
import { io, type NamedTensorMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Plain copies of a model's weights, in the model's order. */
export type Weights = Float32Array[]

/**
 * Copies a model's weights. Not for use in a tidy, which would look for tensors in every number of the result.
 *
 * @returns one array per weight, in the model's order
 */
export const readWeights = (model: LayersModel): Weights =>
  model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array)

/** Sets a model's weights to what `readWeights` read. */
export const writeWeights = (model: LayersModel, weights: Weights): void =>
  tidy(() => model.setWeights(model.getWeights().map((weight, i) => tensor(weights[i], weight.shape))))

/**
 * Packs tensors into one block of bytes: a header of JSON with the shapes, then the values.
 *
 * @param header goes into the JSON
 * @returns the bytes
 */
export async function packTensors(header: object, tensors: Tensor[]): Promise<Uint8Array> {
  const named: NamedTensorMap = Object.fromEntries(tensors.map((t, i) => [String(i), t]))
  const { data, specs } = await io.encodeWeights(named)
  const text = Buffer.from(JSON.stringify({ ...header, specs }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([length, text, Buffer.from(data)])
}

/**
 * Reads the header alone.
 *
 * @param bytes as `packTensors` makes them
 * @returns the header, with the shapes as `specs`
 * @throws Error if the bytes are cut off in it
 */
export function readHeader<Header>(bytes: Uint8Array): Header & { specs: io.WeightsManifestEntry[] } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return JSON.parse(buffer.toString('utf8', 4, 4 + buffer.readUInt32LE(0)))
}

/**
 * Unpacks header and tensors.
 *
 * @param bytes as `packTensors` makes them
 * @returns the header, and the tensors, to be disposed by the caller
 * @throws Error if the bytes are cut off
 */
export function unpackTensors<Header>(bytes: Uint8Array): { header: Header; tensors: Tensor[] } {
  const buffer = Buffer.from(bytes)
  const start = 4 + buffer.readUInt32LE(0)
  const { specs, ...header } = readHeader<object>(buffer)
  const data = new Uint8Array(buffer.subarray(start)).buffer
  const named = io.decodeWeights(data, specs)
  return { header: header as Header, tensors: specs.map((_, i) => named[String(i)]) }
}
