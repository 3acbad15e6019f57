/** What admins see of how models do. */
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import type { Firestore } from 'firebase-admin/firestore'

/** Of each model, at most. */
const MAX_DAYS = 30

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
