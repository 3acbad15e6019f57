/** What a run folder holds, and how it is read back. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { io } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { checksum, toJson, writeFiles } from '@zoidberg/core/files.ts'
import { type Manifest, type ManifestFile, parseManifest } from '@zoidberg/core/manifest.ts'
import { UsageError } from '../errors.ts'
import { exportGraph } from '../graph/export.ts'
// Registers the layers of our own that a saved model may name.
import '../models/dropout.ts'
import '../models/fused-batch-normalization.ts'
import { packTensors, unpackTensors } from '../train/weights.ts'

export const CHECKPOINT = 'checkpoint.bin'
const LAYERS = 'layers.bin'
export const REPORT = 'report'

/** @returns the page of a run */
export const reportOf = (run: string): string => join(run, REPORT, 'report.html')

/** Checkpoints in one folder, by name; each replaces the last whole one. */
export const folderCheckpoints = (folder: string) => ({
  load: (name: string): Promise<Uint8Array | undefined> =>
    readFile(join(folder, name)).catch((error) => {
      if (error.code === 'ENOENT') return undefined
      throw error // starting anew would write over what is there
    }),
  async save(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(folder, { recursive: true })
    await replaceFile(join(folder, name), bytes)
  },
})

/** The checkpoint of a run in its folder. */
export function checkpointIn(run: string) {
  const files = folderCheckpoints(run)
  return { load: () => files.load(CHECKPOINT), save: (bytes: Uint8Array) => files.save(CHECKPOINT, bytes) }
}

/** Writes a file beside the old one and swaps them, so that a kill leaves one of the two. */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const partial = `${path}.partial`
  try {
    await writeFile(partial, bytes)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw new Error(`cannot write ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** Makes the folder of a new run, with room for its report. @throws UsageError naming a place that takes no files */
export async function createRun(run: string): Promise<void> {
  await mkdir(join(run, REPORT), { recursive: true }).catch((error) => {
    throw new UsageError(`cannot write into ${run}: ${error.code}`)
  })
}

/** Saves a layers model, to continue from: topology and weights in one file. */
export async function saveLayers(run: string, model: LayersModel): Promise<void> {
  const topology = model.toJSON(undefined, false)
  await replaceFile(join(run, LAYERS), await packTensors({ topology }, model.getWeights()))
}

/** Loads what `saveLayers` saved. @throws Error if it is missing or cut off */
export async function loadLayers(run: string): Promise<LayersModel> {
  const { header, tensors } = unpackTensors<{ topology: io.ModelJSON['modelTopology'] }>(
    await readFile(join(run, LAYERS)),
  )
  const model = await loadLayersModel(io.fromMemory({ modelTopology: header.topology }))
  model.setWeights(tensors)
  for (const tensor of tensors) tensor.dispose()
  return model
}

/** Exports members as one graph model into the folder; returns its files for the manifest. */
export async function saveGraph(
  run: string,
  members: LayersModel[],
  options: { float16: boolean },
): Promise<ManifestFile[]> {
  const files = exportGraph(members, options)
  await writeFiles(run, files)
  return files.map(([name, bytes]) => ({ name, size: bytes.length, crc32c: checksum(bytes) }))
}

/** Validates and writes the manifest: from then on the run is a model. */
export async function saveManifest(run: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(run, 'manifest.json'), toJson(parseManifest(manifest)))
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
