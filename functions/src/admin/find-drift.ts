/** Models whose answers of late resemble validation no more. */
import { readChannels } from '@zoidberg/core/channels.ts'
import { metricsSchema } from '@zoidberg/core/contract/card.ts'
import {
  type Drift,
  isHigher,
  tenthsOfBins,
  tenthsOfDays,
  uncertainOf,
} from '@zoidberg/core/contract/drift.ts'
import { readManifest } from '@zoidberg/core/registry.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { newestDays } from './end-bad-canaries.ts'

/** @returns the models that channels point at, of whose answers today and yesterday more are uncertain than chance explains */
export async function findDrift({
  firestore,
  serving,
  store,
  now = Date.now(),
}: {
  firestore: Firestore
  serving: Firestore
  store: ReadStore
  now?: number
}): Promise<Drift[]> {
  const ids = new Set([...(await readChannels(firestore)).values()].map(({ modelId }) => modelId))
  const found = await Promise.all(
    [...ids].map(async (model): Promise<Drift[]> => {
      const days = await newestDays(serving, model, now)
      if (days.length === 0) return []
      const metrics = metricsSchema.parse((await readManifest(store, model)).metrics)
      const served = uncertainOf(tenthsOfDays(days))
      const expected = uncertainOf(tenthsOfBins(metrics.curves?.reliability ?? []))
      if (!isHigher(served, expected)) return []
      return [
        {
          model,
          uncertain: served.count,
          answers: served.of,
          expected: expected.count,
          images: expected.of,
        },
      ]
    }),
  )
  return found.flat()
}
