/**
 * Trials of any number of workers in Firestore, runs/{id}/trials/{n}. Every change is one atomic commit on condition that
 * nothing it was decided on has changed: optimistic transactions. Those with locks let a worker that is killed or paused
 * in the middle hold up all others for seconds.
 */
import { randomUUID } from 'node:crypto'
import { CONFLICTS, ifUnchanged, retryOnConflict, updateDocument } from '@zoidberg/core/firestore.ts'
import { LostLeaseError } from '@zoidberg/core/lease.ts'
import type { DocumentSnapshot, Firestore } from 'firebase-admin/firestore'
import { UsageError } from '../../errors.ts'
import {
  claimNext,
  completeTrial,
  releaseTrial,
  renewTrial,
  type Trial,
  type TrialStore,
  trialSchema,
} from '../trials.ts'

/**
 * @property run id of the run
 * @property identity of the search, which all its workers must share
 * @property now the time in milliseconds since 1970; workers' clocks may differ by less than a lease
 */
type SharedSearch = { run: string; identity: string; now?: () => number }

/**
 * Opens a search, or starts it if nobody has.
 *
 * @returns the store that all workers of the search share
 * @throws UsageError if the run is another search
 */
export async function firestoreStore(
  firestore: Firestore,
  { run, identity, now = Date.now }: SharedSearch,
): Promise<TrialStore> {
  const runDocument = firestore.doc(`runs/${run}`)
  const collection = runDocument.collection('trials')
  const documentOf = (id: number) => collection.doc(String(id).padStart(5, '0'))

  await runDocument.create({ identity, state: 'running', claims: 0 }).catch((error) => {
    if (!CONFLICTS.includes(error.code)) throw error
  })
  // A run that an admin started is there before its first worker knows the data set.
  await retryOnConflict(async () => {
    const saved = await runDocument.get()
    if (saved.data()?.identity === undefined)
      await runDocument.update({ identity, claims: 0 }, ifUnchanged(saved))
  })
  const saved = (await runDocument.get()).data()?.identity
  if (saved !== identity) throw new UsageError(`the run ${run} is another search (${saved}).`)

  const snapshots = async () => (await collection.orderBy('id').get()).docs
  const updateTrial = async (id: number, next: (trial: Trial) => Trial): Promise<void> => {
    await updateDocument<Trial>(documentOf(id), (trial) => {
      if (!trial) throw new LostLeaseError(`trial ${id} is gone`)
      return next(trialSchema.parse(trial))
    })
  }

  return {
    list: async () => (await snapshots()).map(toTrial),
    claim: (owner, suggest) =>
      retryOnConflict(async () => {
        const runNow = await runDocument.get()
        const documents = await snapshots()
        const claimant = { owner, token: randomUUID(), now: now() }
        const { claimed, changed } = claimNext(documents.map(toTrial), suggest, claimant)
        if (changed.length === 0) return claimed
        const batch = firestore.batch()
        // Whoever claims changes the run, so no two workers can decide on the same list.
        const claims = (runNow.data()?.claims ?? 0) + 1
        batch.update(runDocument, { claims, heartbeat: now() }, ifUnchanged(runNow))
        for (const trial of changed) {
          const known = documents[trial.id - 1]
          if (known) batch.update(known.ref, trial, ifUnchanged(known))
          else batch.create(documentOf(trial.id), trial)
        }
        await batch.commit()
        return claimed
      }),
    renew: (id, token, curve) => updateTrial(id, (trial) => renewTrial(trial, token, { curve, now: now() })),
    release: (id, token, curve) => updateTrial(id, (trial) => releaseTrial(trial, token, curve)),
    complete: (id, token, ended) => updateTrial(id, (trial) => completeTrial(trial, token, ended)),
  }
}

/**
 * Marks a search that no admin started as ended; one that an admin did is its job's to end.
 *
 * @returns when it is written
 */
export const endSearch = (firestore: Firestore, run: string): Promise<unknown> =>
  updateDocument<{ state: string; config?: object }>(firestore.doc(`runs/${run}`), (now) =>
    now && !now.config && now.state === 'running' ? { ...now, state: 'succeeded' } : undefined,
  )

const toTrial = (document: DocumentSnapshot): Trial => trialSchema.parse(document.data())
