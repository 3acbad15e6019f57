/** What admins see of how models do. */
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { countsOf } from '../serving/tallies.ts'

/** Of each model, at most. */
const MAX_DAYS = 30
const DAY_MS = 86_400_000

/**
 * @param modelIds of the models
 * @returns the counts of their newest days
 */
export async function readCounters(
  serving: Firestore,
  modelIds: readonly string[],
): Promise<{ days: DailyCounts[] }> {
  const queries = modelIds.map((id) =>
    serving.collection(`counters/${id}/days`).orderBy('day', 'desc').limit(MAX_DAYS).get(),
  )
  const found = await Promise.all(queries)
  return { days: found.flatMap(({ docs }) => docs.map((day) => day.data() as DailyCounts)) }
}

/** @returns what was counted of a model today and yesterday */
export async function newestDays(serving: Firestore, modelId: string, now: number): Promise<DailyCounts[]> {
  const days = [now, now - DAY_MS].map((at) => new Date(at).toISOString().slice(0, 10))
  const stored = await Promise.all(days.map((day) => countsOf(serving, modelId, day).get()))
  return stored.flatMap((day) => (day.exists ? [day.data() as DailyCounts] : []))
}
