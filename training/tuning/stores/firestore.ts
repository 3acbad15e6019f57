/** Trials of any number of workers in Firestore, runs/{id}/trials/{n}; every change is a transaction. */
import { randomUUID } from 'node:crypto'
import {
  claimNext,
  conclude,
  LostLeaseError,
  prolong,
  type Trial,
  type TrialStore,
  trialSchema,
} from '@zoidberg/core/trials.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { UsageError } from '../../errors.ts'

/** Workers that claim at the same moment take turns; each turn is a retry for the others. */
const ATTEMPTS = { maxAttempts: 30 }

/**
 * @param identity of the search, which all its workers must share
 * @param now in milliseconds; workers' clocks may differ by less than a lease
 * @throws UsageError if the run is another search
 */
export async function firestoreStore(
  firestore: Firestore,
  run: string,
  identity: string,
  now: () => number = Date.now,
): Promise<TrialStore> {
  const runDocument = firestore.doc(`runs/${run}`)
  const collection = runDocument.collection('trials')
  const documentOf = (id: number) => collection.doc(String(id).padStart(5, '0'))

  await firestore.runTransaction(async (transaction) => {
    const saved = (await transaction.get(runDocument)).data()?.identity
    if (saved !== undefined && saved !== identity)
      throw new UsageError(`the run ${run} is another search (${saved}).`)
    if (saved === undefined)
      transaction.set(runDocument, { identity, state: 'running', claims: 0 }, { merge: true })
  }, ATTEMPTS)

  const list = async (): Promise<Trial[]> =>
    (await collection.orderBy('id').get()).docs.map((document) => trialSchema.parse(document.data()))
  const change = (id: number, next: (trial: Trial) => Trial) =>
    firestore.runTransaction(async (transaction) => {
      const document = await transaction.get(documentOf(id))
      if (!document.exists) throw new LostLeaseError(id)
      transaction.set(documentOf(id), next(trialSchema.parse(document.data())))
    }, ATTEMPTS)

  return {
    list,
    claim: (owner, suggest) =>
      firestore.runTransaction(async (transaction) => {
        // Everybody who claims locks the run first, so no two of them decide on the same list. The list itself is read
        // without locks, or every heartbeat would wait for every claim; what the decision changes is read again.
        const { claims = 0 } = (await transaction.get(runDocument)).data() ?? {}
        const trials = await list()
        const { claimed, changed } = claimNext(trials, suggest, owner, randomUUID(), now())
        if (changed.length === 0) return claimed
        const seen = changed.filter(({ id }) => id <= trials.length)
        for (const { id } of seen) {
          const current = trialSchema.parse((await transaction.get(documentOf(id))).data())
          // Its worker came back at the last moment: nothing is claimed, and the caller asks again.
          if (JSON.stringify(current) !== JSON.stringify(trials[id - 1])) return 'wait'
        }
        transaction.update(runDocument, { claims: claims + 1, heartbeat: now() })
        for (const trial of changed) transaction.set(documentOf(trial.id), trial)
        return claimed
      }, ATTEMPTS),
    prolong: (id, token, curve) => change(id, (trial) => prolong(trial, token, curve, now())),
    conclude: (id, token, result, curve, seconds) =>
      change(id, (trial) => conclude(trial, token, result, curve, seconds)),
  }
}
