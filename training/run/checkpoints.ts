/** Where checkpoints are kept: a folder, or a bucket that other workers reach too. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkpointPath } from '@zoidberg/core/checkpoints.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { bucketNamed } from '../cloud.ts'
import { CheckpointError } from '../errors.ts'
import type { Checkpoint } from '../train/checkpoint.ts'
import { replaceFile } from './folder.ts'

/** Checkpoints by name; each save replaces the last whole one. */
export type Checkpoints = {
  load(name: string): Promise<Uint8Array | undefined>
  save(name: string, bytes: Uint8Array): Promise<void>
}

/** The checkpoint of a run in its folder. */
export const CHECKPOINT = 'checkpoint.bin'

/** @returns checkpoints in one folder, which is made when it is needed */
export const folderCheckpoints = (folder: string): Checkpoints => ({
  load: (name) =>
    readFile(join(folder, name)).catch((error) => {
      if (error.code === 'ENOENT') return undefined
      throw error // starting anew would write over what is there
    }),
  async save(name, bytes) {
    await mkdir(folder, { recursive: true })
    await replaceFile(join(folder, name), bytes)
  },
})

/** @returns the checkpoint of a run in its folder */
export const checkpointIn = (run: string): Checkpoint => checkpointNamed(folderCheckpoints(run), CHECKPOINT)

/** @returns one of several checkpoints */
export const checkpointNamed = (checkpoints: Checkpoints, name: string): Checkpoint => ({
  load: () => checkpoints.load(name),
  save: (bytes) => checkpoints.save(name, bytes),
})

/**
 * Keeps checkpoints in the bucket, where every worker of a run finds the weights that a survivor goes on from.
 *
 * @param run id of the run
 * @returns checkpoints that throw CheckpointError where the bucket fails
 */
export function bucketCheckpoints(run: string): Checkpoints {
  const bucket = bucketStore(bucketNamed())
  const path = (name: string) => checkpointPath(run, name)
  const blamed = (cause: Error) => {
    throw new CheckpointError(`the bucket: ${cause.message}`, { cause })
  }
  const load = async (name: string) =>
    (await bucket.exists(path(name))) ? bucket.read(path(name)) : undefined
  return {
    load: (name) => load(name).catch(blamed),
    save: (name, bytes) => bucket.write(path(name), bytes).catch(blamed),
  }
}
