/** Where the state of each trial is kept: a folder, or a bucket that other workers reach too. */
import { bucketStore } from '@zoidberg/core/store.ts'
import { bucketNamed } from '../cloud.ts'

export type Checkpoints = {
  load(name: string): Promise<Uint8Array | undefined>
  save(name: string, bytes: Uint8Array): Promise<void>
}

/** Deletes the checkpoints of a run in the bucket. */
export async function clearCheckpoints(run: string): Promise<void> {
  const bucket = bucketStore(bucketNamed())
  for (const { path } of await bucket.list(`runs/${run}/trials/`)) await bucket.remove(path)
}

/** In the bucket, where every worker of a run finds the weights a survivor goes on from. */
export function bucketCheckpoints(run: string): Checkpoints {
  const bucket = bucketStore(bucketNamed())
  const path = (name: string) => `runs/${run}/trials/${name}`
  return {
    load: async (name) => ((await bucket.exists(path(name))) ? bucket.read(path(name)) : undefined),
    save: (name, bytes) => bucket.write(path(name), bytes),
  }
}
