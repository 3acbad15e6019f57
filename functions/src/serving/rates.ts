/** The buckets that all instances share: `rates/{hash of the caller}`, which nobody but the functions reads. */
import { retryOnConflict, writeIfUnchanged } from '@zoidberg/core/firestore.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { type Bucket, type Taken, take } from './token-bucket.ts'

/** A bucket is full again after a minute; Firestore deletes it some time after this. */
const KEPT_MS = 10 * 60_000

/**
 * @returns what became of the tokens that were asked for
 * @throws Error of Firestore
 */
export function settleInFirestore(
  firestore: Firestore,
  key: string,
  wanted: { count: number; perMinute: number },
): Promise<Taken> {
  return retryOnConflict(async () => {
    const snapshot = await firestore.doc(`rates/${key}`).get()
    const now = Date.now()
    const { taken, after } = take(snapshot.data() as Bucket | undefined, { ...wanted, now })
    if (!taken.granted) return taken
    const batch = firestore.batch()
    writeIfUnchanged(batch, snapshot, { ...after, expiresAt: new Date(now + KEPT_MS) })
    await batch.commit()
    return taken
  })
}
