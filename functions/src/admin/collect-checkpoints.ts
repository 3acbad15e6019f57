import { isActive, type Run } from '@zoidberg/core/contract/run.ts'
import type { Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'

/** Deletes the checkpoints of runs that have ended, however they did: nothing ever goes on from them. */
export async function collectCheckpoints(firestore: Firestore, store: Store): Promise<void> {
  const objects = (await store.list('runs/')).map(({ path }) => path.split('/'))
  const checkpoints = objects.filter(([, , folder]) => folder === 'trials')
  for (const [id, parts] of Map.groupBy(checkpoints, ([, id]) => id)) {
    const run = (await firestore.doc(`runs/${id}`).get()).data() as Run | undefined
    if (run && isActive(run)) continue
    await Promise.all(parts.map((path) => store.remove(path.join('/'))))
  }
}
