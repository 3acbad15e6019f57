/** Old models are deleted while channels move, and no channel ever names files that are gone. */
import { type Guard, guardOf, modelsOf, readChannels } from '@zoidberg/core/channels.ts'
import { retryOnConflict, writeIfUnchanged } from '@zoidberg/core/firestore.ts'
import type { ObjectInfo, Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { collectable } from './retention.ts'

/**
 * Deletes what `collectable` names. Each model's guard is marked first, on condition that nobody has named the model since
 * the channels were read; and no channel moves to a marked model. So none ever names files that are gone.
 *
 * @param now in milliseconds since 1970
 * @returns the ids of the deleted models
 */
export async function collectModels(firestore: Firestore, store: Store, now: number): Promise<string[]> {
  const collected: string[] = []
  const objects = await store.list('models/')
  await freeIds(firestore, objects)
  const candidates = collectable(objects, await idsOfChannels(firestore), now)
  for (const id of candidates) {
    if (!(await mark(firestore, id, now))) continue
    await deleteFiles(store, id)
    // The id is free again.
    await guardOf(firestore, id).delete()
    collected.push(id)
  }
  return collected
}

/** Resolves to whether the model may be deleted: it may not if a channel names it by now. */
const mark = (firestore: Firestore, id: string, now: number): Promise<boolean> =>
  retryOnConflict(async () => {
    const guard = await guardOf(firestore, id).get()
    if ((await idsOfChannels(firestore)).has(id)) return false
    const batch = firestore.batch()
    writeIfUnchanged(batch, guard, {
      namedAt: null,
      collectedAt: new Date(now).toISOString(),
    } satisfies Guard)
    await batch.commit()
    return true
  })

/**
 * Patients' images go before all else, and the manifest before the files it names: what is killed half-way is gone on with
 * tomorrow, and never a model that lacks a file.
 */
async function deleteFiles(store: Store, id: string): Promise<void> {
  await removeAll(store, `samples/${id}/`)
  await store.remove(`models/${id}/manifest.json`)
  await removeAll(store, `models/${id}/`)
}

/** A collection that was killed at its last step left marks of models that are gone: they go, too. */
async function freeIds(firestore: Firestore, objects: readonly ObjectInfo[]): Promise<void> {
  const there = new Set(objects.map(({ path }) => path.split('/')[1]))
  const marked = await firestore.collection('guards').where('collectedAt', '>', '').get()
  await Promise.all(marked.docs.filter(({ id }) => !there.has(id)).map(({ ref }) => ref.delete()))
}

async function idsOfChannels(firestore: Firestore): Promise<Set<string>> {
  return new Set([...(await readChannels(firestore)).values()].flatMap(modelsOf))
}

async function removeAll(store: Store, prefix: string): Promise<void> {
  await Promise.all((await store.list(prefix)).map(({ path }) => store.remove(path)))
}
