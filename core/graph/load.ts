/** From a model's files to a graph model in memory: our own IOHandler, no public URL, every byte checked. */
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import { type io, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core'
import { ZoidbergError } from '../contract/problems.ts'
import { checksum, type ReadFiles } from '../files.ts'
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
 * @throws ZoidbergError model-unavailable, naming the file that is missing, truncated, swapped or damaged
 */
export async function loadModel(read: ReadFiles): Promise<LoadedModel> {
  try {
    const manifest = parseManifest(JSON.parse(new TextDecoder().decode(await read('manifest.json'))))
    const files = new Map(
      await Promise.all(manifest.files.map(async (file) => [file.name, await checked(read, file)] as const)),
    )
    const model = await loadGraphModel({ load: async () => artifacts(files) })
    return {
      manifest,
      predict: (images, explain) => predict(model, manifest, images, explain),
      dispose: () => model.dispose(),
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

function artifacts(files: Map<string, Uint8Array>): io.ModelArtifacts {
  const json: io.ModelJSON = JSON.parse(new TextDecoder().decode(files.get('model.json')))
  const shards = json.weightsManifest
    .flatMap((group) => group.paths)
    .map((name) => {
      const bytes = files.get(name)
      if (!bytes) throw new Error(`model.json names ${name}, the manifest does not`)
      return bytes
    })
  const weights = Buffer.concat(shards)
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights)
  const weightData = weights.buffer.slice(
    weights.byteOffset,
    weights.byteOffset + weights.length,
  ) as ArrayBuffer
  return { ...json, weightSpecs, weightData }
}

async function predict(
  model: GraphModel,
  manifest: Manifest,
  images: Uint8Array[],
  explain = false,
): Promise<Predicted> {
  const { input, outputs, labels } = manifest
  const names = [outputs.probabilities, ...(explain && outputs.activationMap ? [outputs.activationMap] : [])]
  const [scores, map] = tidy(() => {
    const output = model.execute(toBatch(images, input), names)
    return (Array.isArray(output) ? output : [output]) as Tensor[]
  })
  try {
    const flat = (await scores.data()) as Float32Array
    const probabilities = images.map((_, i) => flat.slice(i * labels.length, (i + 1) * labels.length))
    if (!map) return { probabilities }
    const [, height, width, depth] = (map as Tensor4D).shape
    const values = (await map.data()) as Float32Array
    const length = height * width * depth
    return {
      probabilities,
      maps: images.map((_, i) => ({ height, width, values: values.slice(i * length, (i + 1) * length) })),
    }
  } finally {
    scores.dispose()
    map?.dispose()
  }
}

/** A float32 batch of 0..255, `[images, height, width, 1]`. */
export function toBatch(images: Uint8Array[], { height, width }: Size): Tensor4D {
  const values = new Float32Array(images.length * height * width)
  images.forEach((pixels, i) => {
    if (pixels.length !== height * width)
      throw new Error(`image ${i} has ${pixels.length} pixels instead of ${height * width}`)
    values.set(pixels, i * height * width)
  })
  return tensor(values, [images.length, height, width, 1])
}
