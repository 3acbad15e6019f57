/**
 * Counters are kept in `counters/{modelId}/days/{day}` of a database of their own, which is all that the account which reads
 * strangers' images may write. Firestore takes one write a second of a document for long: firebase.google.com/docs/firestore/quotas
 */
import type { DailyCounts } from '@zoidberg/core/contract/channel.ts'
import { CONFLICTS, writeIfUnchanged } from '@zoidberg/core/firestore.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { addCounts, type Tally } from './counters.ts'

/** What the account of `predict` and `api` may write: counters and rates, and nothing else of Firestore. */
export const SERVING_DATABASE = 'serving'
const BETWEEN_WRITES_MS = 1000

/** @returns the document of a model's counts of a day */
export const countsOf = (firestore: Firestore, modelId: string, day: string) =>
  firestore.doc(`counters/${modelId}/days/${day}`)

/**
 * Adds tallies to what is stored. A document that somebody else has written within the last second is left alone.
 *
 * @returns the tallies that were not added, and are to be tried again later
 * @throws Error of Firestore
 */
export async function addTallies(firestore: Firestore, tallies: Tally[]): Promise<Tally[]> {
  const left = await Promise.all(
    tallies.map(async (tally) => ((await addTally(firestore, tally)) ? [] : [tally])),
  )
  return left.flat()
}

async function addTally(firestore: Firestore, { modelId, day, counts }: Tally): Promise<boolean> {
  const stored = await countsOf(firestore, modelId, day).get()
  if (stored.updateTime && Date.now() - stored.updateTime.toMillis() < BETWEEN_WRITES_MS) return false
  const before = stored.data() as DailyCounts | undefined
  const sum = structuredClone(counts)
  if (before) addCounts(sum, before)
  const batch = firestore.batch()
  writeIfUnchanged(batch, stored, { modelId, day, ...sum } satisfies DailyCounts)
  return batch.commit().then(
    () => true,
    (error) => {
      if (CONFLICTS.includes(error.code)) return false
      throw error
    },
  )
}
