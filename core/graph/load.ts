/** From a model's files to a graph model in memory: no public URL, every byte checked. */
import type { io } from '@tensorflow/tfjs-core'
import { ZoidbergError } from '../contract/problems.ts'
import { joined } from '../engines/batch.ts'
import { loadEngine } from '../engines/engine.ts'
import type { Graph, Session } from '../engines/session.ts'
import { checksum, digest, type ReadFiles } from '../files.ts'
import type { Size } from '../image.ts'
import { type Manifest, type ManifestFile, parseManifest } from '../manifest.ts'

export type Predicted = {
  /** One row per image, in the order of `manifest.labels`, summing to 1; not yet calibrated. */
  probabilities: Float32Array[]
  /** One map per image where asked for and the model has one: a row of `height * width * labels` values. */
  maps?: (Size & { values: Float32Array })[]
}

export type LoadedModel = {
  manifest: Manifest
  /** Calls of `predict` that run at a time. */
  parallel: number
  /**
   * @param images uint8 gray values, `manifest.input.height * width` each
   * @param explain whether activation maps are wanted
   */
  predict(images: Uint8Array[], explain?: boolean): Promise<Predicted>
  dispose(): void
}

/**
 * Loads a model and checks every file's size and CRC-32C against its manifest.
 *
 * @param expected which model it must be, and the SHA-256 of its manifest, where they are known
 * @throws ZoidbergError model-unavailable, naming the file that is missing, truncated, swapped or damaged
 */
export async function loadModel(
  read: ReadFiles,
  { id, sha256 }: { id?: string; sha256?: string } = {},
): Promise<LoadedModel> {
  try {
    const loading = loadEngine() // meanwhile, the files are read
    loading.catch(() => {})
    const bytes = await read('manifest.json')
    if (sha256 && digest(bytes) !== sha256)
      throw new Error('manifest.json is not the one that the channel was pointed at')
    const manifest = parseManifest(JSON.parse(new TextDecoder().decode(bytes)))
    if (id && manifest.id !== id) throw new Error(`manifest.json is of the model ${manifest.id}, not ${id}`)
    const files = new Map(
      await Promise.all(manifest.files.map(async (file) => [file.name, await checked(read, file)] as const)),
    )
    const session = await (await loading).open(readGraph(files, manifest.input))
    return {
      manifest,
      parallel: session.parallel,
      predict: (images, explain) => predict(session, manifest, images, explain),
      dispose: () => session.dispose(),
    }
  } catch (cause) {
    throw new ZoidbergError('model-unavailable', `The model cannot be loaded: ${(cause as Error).message}`, {
      cause,
    })
  }
}

async function checked(read: ReadFiles, { name, size, crc32c }: ManifestFile): Promise<Uint8Array> {
  const bytes = await read(name)
  if (bytes.length !== size) throw new Error(`${name} has ${bytes.length} bytes instead of ${size}`)
  if (checksum(bytes) !== crc32c) throw new Error(`${name} does not match its checksum`)
  return bytes
}

/**
 * @param files `model.json` and the shards that it names
 * @param input rows and columns of the images that the graph takes
 * @throws Error naming a shard that is not there
 */
export function readGraph(files: ReadonlyMap<string, Uint8Array>, input: Size): Graph {
  const json: io.ModelJSON = JSON.parse(new TextDecoder().decode(files.get('model.json')))
  const shards = json.weightsManifest
    .flatMap((group) => group.paths)
    .map((name) => {
      const bytes = files.get(name)
      if (!bytes) throw new Error(`model.json names ${name}, the manifest does not`)
      return bytes
    })
  const weights = Buffer.concat(shards)
  const weightData = weights.buffer.slice(
    weights.byteOffset,
    weights.byteOffset + weights.length,
  ) as ArrayBuffer
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights)
  const { outputs } = json.signature as {
    outputs: Record<string, { tensorShape: { dim: { size: string }[] } }>
  }
  const shapeOf = (name: string) => outputs[name].tensorShape.dim.map(({ size }) => Number(size))
  return {
    artifacts: { modelTopology: json.modelTopology, weightSpecs, weightData },
    input,
    outputs: new Map(Object.keys(outputs).map((name) => [name, shapeOf(name)])),
  }
}

async function predict(
  session: Session,
  { input, outputs, labels }: Manifest,
  images: Uint8Array[],
  explain = false,
): Promise<Predicted> {
  const names = [outputs.probabilities, ...(explain && outputs.activationMap ? [outputs.activationMap] : [])]
  const [scores, map] = await session.run(joined(images, input), images.length, names)
  const rowOf = (values: Float32Array, length: number, i: number) =>
    values.slice(i * length, (i + 1) * length)
  const probabilities = images.map((_, i) => rowOf(scores.values, labels.length, i))
  if (!map) return { probabilities }
  const [height, width, depth] = map.shape
  const length = height * width * depth
  return {
    probabilities,
    maps: images.map((_, i) => ({ height, width, values: rowOf(map.values, length, i) })),
  }
}
