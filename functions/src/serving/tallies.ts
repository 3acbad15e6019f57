/** Where counters are kept: `counters/{modelId}/days/{day}`, readable by admins. */
import { FieldValue, type Firestore } from 'firebase-admin/firestore'
import type { Tally } from './counters.ts'

export async function addTallies(firestore: Firestore, tallies: Tally[]): Promise<void> {
  const batch = firestore.batch()
  for (const { modelId, day, counts } of tallies) {
    const { latency, ...sums } = counts
    const increments = (values: Record<string, number>) =>
      Object.fromEntries(Object.entries(values).map(([name, n]) => [name, FieldValue.increment(n)]))
    const document = firestore.doc(`counters/${modelId}/days/${day}`)
    batch.set(document, { modelId, day, ...increments(sums), latency: increments(latency) }, { merge: true })
  }
  await batch.commit()
}
