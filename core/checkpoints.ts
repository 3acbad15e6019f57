/** Checkpoints of runs in the bucket, `runs/{id}/trials/{name}`: where they lie, and when they go. */
import type { Firestore } from 'firebase-admin/firestore'
import { isActive, type Run } from './run.ts'
import type { Store } from './store.ts'

export const checkpointPath = (run: string, name: string): string => `runs/${run}/trials/${name}`

/** Deletes the checkpoints of runs that have ended, however they did: none is ever gone on with. */
export async function collectCheckpoints(firestore: Firestore, store: Store): Promise<void> {
  const objects = (await store.list('runs/')).map(({ path }) => path.split('/'))
  const checkpoints = objects.filter(([, , folder]) => folder === 'trials')
  for (const [id, parts] of Map.groupBy(checkpoints, ([, id]) => id)) {
    const run = (await firestore.doc(`runs/${id}`).get()).data() as Run | undefined
    if (run && isActive(run)) continue
    await Promise.all(parts.map((path) => store.remove(path.join('/'))))
  }
}
