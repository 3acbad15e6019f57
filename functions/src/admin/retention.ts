/**
 * Old models are deleted. Kept are: what any channel names (its model, the one before, its canary), the newest ten, and
 * everything younger than thirty days. What is left of a publish that was killed goes after a day.
 */
import { type Guard, guardOf, modelsOf, readChannels } from '@zoidberg/core/channels.ts'
import { isActive, type Run } from '@zoidberg/core/contract/run.ts'
import { retryOnConflict, writeIfUnchanged } from '@zoidberg/core/firestore.ts'
import type { ObjectInfo, Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'

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
 * Deletes what `collectable` names. Each model's guard is marked first, on condition that nobody has named the model since
 * the channels were read; and no channel moves to a marked model. So none ever names files that are gone.
 *
 * @returns the ids of the deleted models
 */
export async function collect(firestore: Firestore, store: Store, now: number): Promise<string[]> {
  const collected: string[] = []
  const objects = await store.list('models/')
  await freeIds(firestore, objects)
  const candidates = collectable(objects, await namedModels(firestore), now)
  for (const id of candidates) {
    const isFree = await retryOnConflict(async () => {
      const guard = await guardOf(firestore, id).get()
      if ((await namedModels(firestore)).has(id)) return false
      const batch = firestore.batch()
      const mark: Guard = { namedAt: null, collectedAt: new Date(now).toISOString() }
      writeIfUnchanged(batch, guard, mark)
      await batch.commit()
      return true
    })
    if (!isFree) continue
    // Patients' images before all else, and the manifest before the files it names: what is killed half-way is gone on with
    // tomorrow, and never a model that lacks a file.
    await removeAll(store, `samples/${id}/`)
    await store.remove(`models/${id}/manifest.json`)
    await removeAll(store, `models/${id}/`)
    // The id is free again.
    await guardOf(firestore, id).delete()
    collected.push(id)
  }
  return collected
}

/** What a collection that was killed at its last step left: marks of models that are gone. */
async function freeIds(firestore: Firestore, objects: readonly ObjectInfo[]): Promise<void> {
  const there = new Set(objects.map(({ path }) => path.split('/')[1]))
  const marked = await firestore.collection('guards').where('collectedAt', '>', '').get()
  await Promise.all(marked.docs.filter(({ id }) => !there.has(id)).map(({ ref }) => ref.delete()))
}

async function namedModels(firestore: Firestore): Promise<Set<string>> {
  return new Set([...(await readChannels(firestore)).values()].flatMap(modelsOf))
}

async function removeAll(store: Store, prefix: string): Promise<void> {
  await Promise.all((await store.list(prefix)).map(({ path }) => store.remove(path)))
}

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
