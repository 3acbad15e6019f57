/**
 * Old models are deleted. Kept are: what any channel names (its model, the one before, its canary), the newest ten, and
 * everything younger than thirty days. What is left of a publish that was killed goes after a day.
 */
import type { Firestore } from 'firebase-admin/firestore'
import { type Channel, modelsOf } from './channels.ts'
import type { ObjectInfo, Store } from './store.ts'

export const KEPT_MODELS = 10
export const KEPT_DAYS = 30
export const KEPT_FRAGMENT_DAYS = 1

const DAY_MS = 86_400_000

/** Ids of the models that may be deleted. @param objects everything below `models/` @param now in milliseconds */
export function collectable(
  objects: readonly ObjectInfo[],
  named: ReadonlySet<string>,
  now: number,
): string[] {
  const byModel = Map.groupBy(objects, ({ path }) => path.split('/')[1])
  const models = [...byModel].map(([id, files]) => ({
    id,
    whole: files.some(({ path }) => path === `models/${id}/manifest.json`),
    age: (now - Math.max(...files.map(({ updated }) => updated))) / DAY_MS,
  }))
  const newest = models
    .filter(({ whole }) => whole)
    .sort((a, b) => a.age - b.age)
    .slice(0, KEPT_MODELS)
    .map(({ id }) => id)
  const kept = new Set([...newest, ...named])
  return models
    .filter(({ id, whole, age }) => !kept.has(id) && age > (whole ? KEPT_DAYS : KEPT_FRAGMENT_DAYS))
    .map(({ id }) => id)
}

/**
 * Deletes what `collectable` names. Each model is first marked in a transaction that reads the channels, and no channel
 * moves to a marked model, so none ever names files that are gone.
 *
 * @returns the ids of the deleted models
 */
export async function collect(firestore: Firestore, store: Store, now: number): Promise<string[]> {
  const collected: string[] = []
  const channels = firestore.collection('channels')
  for (const id of collectable(await store.list('models/'), new Set(), now)) {
    const isFree = await firestore.runTransaction(async (transaction) => {
      const { docs } = await transaction.get(channels)
      if (docs.some((doc) => modelsOf(doc.data() as Channel).includes(id))) return false
      transaction.set(firestore.collection('collected').doc(id), { at: new Date(now).toISOString() })
      return true
    })
    if (!isFree) continue
    // The manifest first: what is killed half-way leaves a fragment, never a model that lacks a file.
    await store.remove(`models/${id}/manifest.json`)
    const rest = [...(await store.list(`models/${id}/`)), ...(await store.list(`samples/${id}/`))]
    for (const { path } of rest) await store.remove(path)
    collected.push(id)
  }
  return collected
}
