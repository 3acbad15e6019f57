/**
 * Optimistic commits to Firestore: read, decide, write on condition that nothing changed meanwhile. Transactions with locks
 * let a process that is killed or paused in the middle hold up all others for seconds.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DocumentReference, DocumentSnapshot, Precondition, WriteBatch } from 'firebase-admin/firestore'

/** gRPC's FAILED_PRECONDITION, ALREADY_EXISTS and ABORTED: somebody else was faster. */
export const CONFLICTS = [9, 6, 10]
const LONGEST_PAUSE_MILLISECONDS = 100
/** Somebody else cannot be faster for that long: then the same codes mean a fault, such as a database of another mode. */
const PATIENCE_MILLISECONDS = 60_000

/** @returns the condition that a document is as it was when it was read */
export const ifUnchanged = ({ updateTime }: DocumentSnapshot): Precondition => ({
  lastUpdateTime: updateTime,
})

/** Reads, decides and commits again as often as somebody else commits in between. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const isOvertaken = CONFLICTS.includes((error as { code?: number }).code ?? 0)
      if (!isOvertaken || Date.now() > deadline) throw error
      await sleep(LONGEST_PAUSE_MILLISECONDS * Math.random())
    }
  }
}

/** Adds a write to a batch that fails unless the document is as it was when it was read. */
export function writeIfUnchanged(batch: WriteBatch, snapshot: DocumentSnapshot, data: object): void {
  if (snapshot.exists) batch.update(snapshot.ref, data as never, ifUnchanged(snapshot))
  else batch.create(snapshot.ref, data)
}

const ALREADY_EXISTS = 6

/** Creates a document; one that is there stays as it is. What else fails is thrown. */
export const createOnce = (document: DocumentReference, data: object): Promise<void> =>
  document.create(data).then(
    () => {},
    (error) => {
      if (error.code !== ALREADY_EXISTS) throw error
    },
  )

/**
 * The one conditional update of a document: writes the fields that `next` makes of it, unless that is undefined; others stay.
 *
 * @returns what `next` made; what it throws is thrown
 */
export const updateDocument = <T extends object>(
  document: DocumentReference,
  next: (before: T | undefined) => T | undefined,
): Promise<T | undefined> =>
  retryOnConflict(async () => {
    const snapshot = await document.get()
    const after = next(snapshot.data() as T | undefined)
    if (after) await document.update(after as never, ifUnchanged(snapshot))
    return after
  })
