/** A canary that fails more often than production does, beyond chance, is ended without anybody's asking. */
import { readChannels, setCanary } from '@zoidberg/core/channels.ts'
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import { isHigher, type Share } from '@zoidberg/core/contract/share.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { newestDays } from './read-counters.ts'

/**
 * Ends canaries that fail too often, by what was counted today and yesterday.
 *
 * @returns the names of their channels
 */
export async function endBadCanaries({
  firestore,
  serving,
  store,
  now = Date.now(),
}: {
  firestore: Firestore
  serving: Firestore
  store: ReadStore
  now?: number
}): Promise<string[]> {
  const ended: string[] = []
  for (const [name, { modelId, canary }] of await readChannels(firestore)) {
    if (!canary) continue
    const [ofCanary, ofProduction] = await Promise.all(
      [canary.modelId, modelId].map((id) => errorsOf(serving, id, now)),
    )
    if (!isHigher(ofCanary, ofProduction)) continue
    const why = `${ofCanary.count} of ${ofCanary.of} requests failed; ${ofProduction.count} of ${ofProduction.of} with ${modelId}`
    const mover = { by: 'the schedule', why, expected: modelId }
    // Whoever has moved the channel meanwhile has seen to it.
    const isEnded = await setCanary({ firestore, store, channel: name }, null, mover).catch(() => undefined)
    if (isEnded) ended.push(name)
  }
  return ended
}

async function errorsOf(serving: Firestore, modelId: string, now: number): Promise<Share> {
  const days = await newestDays(serving, modelId, now)
  const sum = (take: (day: DailyCounts) => number) => days.reduce((total, day) => total + take(day), 0)
  return { of: sum(({ requests }) => requests), count: sum(({ errors }) => errors) }
}
