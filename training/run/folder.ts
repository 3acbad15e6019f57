/** What a run folder holds, and how it is read back. */
import { rmdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { io } from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { checksum, toJson, writeFiles } from '@zoidberg/core/files.ts'
import { type Manifest, type ManifestFile, parseManifest } from '@zoidberg/core/manifest.ts'
import { UsageError } from '../errors.ts'
// Registers the layers of our own that a saved model may name.
import '../networks/fused-batch-normalization.ts'
import '../networks/seeded-dropout.ts'
import { packTensors, unpackTensors } from '../train/weights.ts'

const LAYERS = 'layers.bin'
export const REPORT = 'report'

/** @returns the path of a run's page */
export const reportOf = (run: string): string => join(run, REPORT, 'report.html')

/**
 * Writes a file beside the old one and swaps them, so that a kill leaves one of the two.
 *
 * @param path of the file
 * @param bytes its new content
 * @throws Error naming the file that cannot be written
 */
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

/**
 * Makes the folder of a new run, with room for its report.
 *
 * @throws UsageError naming a place that takes no files
 */
export async function createRun(run: string): Promise<void> {
  const made = await mkdir(join(run, REPORT), { recursive: true }).catch((error) => {
    throw new UsageError(`cannot write into ${run}: ${error.code}`)
  })
  if (made) {
    if (madeRuns.size === 0) process.once('exit', () => madeRuns.forEach(removeEmpty))
    madeRuns.add(run)
  }
}

/** Of this process: one listener for all of them, however many folds there are. */
const madeRuns = new Set<string>()

/** A run that failed before it had anything to keep leaves no folder. */
function removeEmpty(run: string): void {
  try {
    rmdirSync(join(run, REPORT))
    rmdirSync(run)
  } catch {
    // It is not empty, or gone.
  }
}

/** Saves a layers model, to continue from: topology and weights in one file. */
export async function saveLayers(run: string, model: LayersModel): Promise<void> {
  const topology = model.toJSON(undefined, false)
  await replaceFile(join(run, LAYERS), await packTensors({ topology }, model.getWeights()))
}

/**
 * Loads what `saveLayers` saved.
 *
 * @returns the model, to be disposed by the caller
 * @throws Error if it is missing or cut off
 */
export async function loadLayers(run: string): Promise<LayersModel> {
  const { header, tensors } = unpackTensors<{ topology: io.ModelJSON['modelTopology'] }>(
    await readFile(join(run, LAYERS)),
  )
  const model = await loadLayersModel(io.fromMemory({ modelTopology: header.topology }))
  model.setWeights(tensors)
  for (const tensor of tensors) tensor.dispose()
  return model
}

/**
 * Writes a graph model into the folder.
 *
 * @param files as `exportGraph` and `mergeGraphs` give them
 * @returns the model's files for the manifest
 */
export async function saveGraph(
  run: string,
  files: [name: string, bytes: Uint8Array][],
): Promise<ManifestFile[]> {
  await writeFiles(run, files)
  return files.map(([name, bytes]) => ({ name, size: bytes.length, crc32c: checksum(bytes) }))
}

/**
 * Validates and writes the manifest: from then on the run is a model.
 *
 * @throws Error naming every field that is wrong
 */
export async function saveManifest(run: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(run, 'manifest.json'), toJson(parseManifest(manifest)))
}

/** @returns whether there is a file or folder */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
