/** Counters are kept in `counters/{modelId}/days/{day}`, readable by admins. */
import { FieldValue, type Firestore } from 'firebase-admin/firestore'
import type { Tally } from './counters.ts'

/**
 * Adds tallies to what is stored, all of them or none.
 *
 * @throws Error of Firestore
 */
export async function addTallies(firestore: Firestore, tallies: Tally[]): Promise<void> {
  const batch = firestore.batch()
  for (const { modelId, day, counts } of tallies) {
    const { latency, ...sums } = counts
    const increments = (values: Record<string, number>) =>
      Object.fromEntries(Object.entries(values).map(([name, n]) => [name, FieldValue.increment(n)]))
    const document = firestore.doc(`counters/${modelId}/days/${day}`)
    // An empty map would replace the one that is stored.
    const latencies = Object.keys(latency).length > 0 ? { latency: increments(latency) } : {}
    batch.set(document, { modelId, day, ...increments(sums), ...latencies }, { merge: true })
  }
  await batch.commit()
}
