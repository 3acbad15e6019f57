/** Where the state of each trial is kept: a folder, or a bucket that other workers reach too. */
import { checkpointPath } from '@zoidberg/core/checkpoints.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { bucketNamed } from '../cloud.ts'
import { CheckpointError } from '../errors.ts'

export type Checkpoints = {
  load(name: string): Promise<Uint8Array | undefined>
  save(name: string, bytes: Uint8Array): Promise<void>
}

/** In the bucket, where every worker of a run finds the weights a survivor goes on from. */
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
