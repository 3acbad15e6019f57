/** Reads what Keras saved: `.keras` of Keras 3, a ZIP, and `.h5` of Keras 2 and 3. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Dataset, File, Group } from 'h5wasm/node'
import { fromBufferPromise } from 'yauzl'
import { UsageError } from '../errors.ts'

export type LayerConfig = Record<string, unknown>
/**
 * @property inputs names of the layers before it
 * @property weights in Keras' order
 */
export type SavedLayer = {
  name: string
  className: string
  config: LayerConfig
  inputs: string[]
  weights: { shape: number[]; values: Float32Array }[]
}

type Entry = { class_name: string; config: LayerConfig; name?: string; inbound_nodes?: unknown[] }
type ModelConfig = { class_name: string; config: { layers?: Entry[] } | Entry[] }

/**
 * Reads a saved model. Nothing of the file is run.
 *
 * @returns its layers, the input first
 * @throws UsageError if it is no saved model of Keras, or one whose layers hold models of their own
 */
export async function readKeras(path: string): Promise<SavedLayer[]> {
  const bytes = await readFile(path).catch((error) => {
    throw new UsageError(`${path} cannot be read: ${error.code}.`)
  })
  const isZip = bytes.subarray(0, 2).toString() === 'PK'
  if (!isZip && bytes.subarray(1, 4).toString() !== 'HDF')
    throw new UsageError(`${path} is no saved model of Keras: it is neither .keras nor .h5.`)
  try {
    return isZip
      ? await readZip(bytes)
      : await withHdf5(bytes, (file) => layersOf(modelConfigOf(file), legacyWeights(file)))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path} is no saved model of Keras: ${(error as Error).message}`)
  }
}

async function readZip(bytes: Buffer): Promise<SavedLayer[]> {
  const files = new Map<string, Buffer>()
  const zip = await fromBufferPromise(bytes, {})
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  const [config, weights] = ['config.json', 'model.weights.h5'].map((name) => files.get(name))
  if (!config || !weights) throw new UsageError('the file lacks config.json or model.weights.h5.')
  return withHdf5(weights, (file) => layersOf(JSON.parse(config.toString()), weightsByClass(file)))
}

/** The library reads files alone. */
async function withHdf5<T>(bytes: Uint8Array, use: (file: File) => T): Promise<T> {
  const h5wasm = (await import('h5wasm/node')).default
  await h5wasm.ready
  const folder = await mkdtemp(join(tmpdir(), 'zoidberg-keras-'))
  try {
    const path = join(folder, 'weights.h5')
    await writeFile(path, bytes)
    const file = new h5wasm.File(path, 'r')
    try {
      return use(file)
    } finally {
      file.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function modelConfigOf(file: File): ModelConfig {
  const text = file.attrs.model_config?.value
  if (typeof text !== 'string') throw new UsageError('the file holds weights without a model.')
  return JSON.parse(text)
}

type WeightsOf = (layer: { name: string; className: string }) => SavedLayer['weights']

function layersOf({ class_name: kind, config }: ModelConfig, weightsOf: WeightsOf): SavedLayer[] {
  const entries = Array.isArray(config) ? config : (config.layers ?? [])
  if (kind !== 'Sequential' && kind !== 'Functional' && kind !== 'Model')
    throw new UsageError(`a model of class ${kind} cannot be read; Sequential and Functional ones can.`)
  const layers: SavedLayer[] = []
  for (const [i, entry] of entries.entries()) {
    const name = String(entry.config.name ?? entry.name)
    const className = entry.class_name
    const shape = entry.config.batch_input_shape
    // Keras 2 tells a sequential model's input in its first layer.
    if (i === 0 && className !== 'InputLayer' && shape)
      layers.push({
        name: 'input',
        className: 'InputLayer',
        config: { batch_shape: shape },
        inputs: [],
        weights: [],
      })
    const before = layers.at(-1)
    const inputs =
      kind === 'Sequential' ? (before ? [before.name] : []) : inboundOf(entry.inbound_nodes ?? [])
    layers.push({ name, className, config: entry.config, inputs, weights: weightsOf({ name, className }) })
  }
  return layers
}

/** Names of layers, wherever a version of Keras writes them: `["name", 0, 0, …]`, or `keras_history` with the same. */
function inboundOf(node: unknown): string[] {
  if (Array.isArray(node)) {
    const [name, index] = node
    if (typeof name === 'string' && typeof index === 'number') return [name]
    return node.flatMap(inboundOf)
  }
  if (node === null || typeof node !== 'object') return []
  const { keras_history: history } = node as { keras_history?: unknown }
  return history ? inboundOf(history) : Object.values(node).flatMap(inboundOf)
}

const toWeight = (found: unknown): SavedLayer['weights'][number] => {
  const { shape, value } = found as Dataset
  return { shape: [...(shape ?? [])], values: Float32Array.from(value as ArrayLike<number>) }
}

/** Keras 2, and the old format of Keras 3: by the layer's name. */
const legacyWeights =
  (file: File): WeightsOf =>
  ({ name }) => {
    const group = file.get(`model_weights/${name}`) as Group | null
    const names = (group?.attrs.weight_names?.value ?? []) as string[]
    return names.map((weight) => toWeight(file.get(`model_weights/${name}/${weight}`)))
  }

/** Keras 3: by the layer's class in words, and how many of it came before. */
function weightsByClass(file: File): WeightsOf {
  const counts = new Map<string, number>()
  return ({ className }) => {
    const words = inSnakeCase(className)
    const before = counts.get(words) ?? 0
    counts.set(words, before + 1)
    const group = file.get(`layers/${words}${before > 0 ? `_${before}` : ''}/vars`) as Group | null
    const names = (group?.keys() ?? []).toSorted((a, b) => Number(a) - Number(b))
    return names.map((key) => toWeight((group as Group).get(key)))
  }
}

/** As Keras does it: `MaxPooling2D` becomes `max_pooling2d`. */
const inSnakeCase = (name: string): string =>
  name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
