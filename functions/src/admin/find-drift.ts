/** Models whose answers of late resemble validation no more. */
import { readChannels } from '@zoidberg/core/channels.ts'
import { metricsSchema } from '@zoidberg/core/contract/card.ts'
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import { type Drift, tenthsOfBins, tenthsOfDays, uncertainOf } from '@zoidberg/core/contract/drift.ts'
import { isHigher } from '@zoidberg/core/contract/share.ts'
import { readManifest } from '@zoidberg/core/registry.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { newestDays } from './read-counters.ts'

type FindOptions = {
  firestore: Firestore
  serving: Firestore
  store: ReadStore
  /** Hears of a model whose manifest cannot be read; the others are looked at all the same. */
  onUnreadable(id: string, error: Error): void
  now?: number
}

/** @returns the models that channels point at, of whose answers today and yesterday more are uncertain than chance explains */
export async function findDrift({
  firestore,
  serving,
  store,
  onUnreadable,
  now = Date.now(),
}: FindOptions): Promise<Drift[]> {
  const ids = new Set([...(await readChannels(firestore)).values()].map(({ modelId }) => modelId))
  const found = await Promise.all(
    [...ids].map(async (id) => {
      const days = await newestDays(serving, id, now)
      if (days.length === 0) return []
      return driftOf(store, id, days).catch((error): Drift[] => {
        onUnreadable(id, error)
        return []
      })
    }),
  )
  return found.flat()
}

async function driftOf(store: ReadStore, model: string, days: readonly DailyCounts[]): Promise<Drift[]> {
  const metrics = metricsSchema.parse((await readManifest(store, model)).metrics)
  const served = uncertainOf(tenthsOfDays(days))
  const expected = uncertainOf(tenthsOfBins(metrics.curves?.reliability ?? []))
  if (!isHigher(served, expected)) return []
  const { count: uncertain, of: answers } = served
  return [{ model, uncertain, answers, expected: expected.count, images: expected.of }]
}
