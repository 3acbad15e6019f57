/** Runs as the admin doors and the schedule see them: created once, cancelled, found dead. */
import { createHash } from 'node:crypto'
import { ZoidbergError } from '@zoidberg/core/errors.ts'
import { causeOfDeath, endRun, isActive, queued, type Run, type RunConfig } from '@zoidberg/core/run.ts'
import type { Firestore } from 'firebase-admin/firestore'
import type { Launcher } from './launcher.ts'

const ACTIVE = ['queued', 'running']

const sameConfig = (a: RunConfig, b: RunConfig) => stable(a) === stable(b)
const stable = (value: RunConfig) =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The same request id always means the same run. */
export const runIdOf = (requestId: string): string =>
  `run-${createHash('sha256').update(requestId).digest('hex').slice(0, 12)}`

/**
 * Creates the run of a request and starts its execution. The same request again starts nothing, unless the first was cut
 * off before the execution had started: the job's lease lets only one of two executions have the run.
 *
 * @param alongside starts it also beside another active run of the same data set
 * @throws ZoidbergError conflict, job-unavailable (the run has then failed)
 */
export async function startRun(
  firestore: Firestore,
  launcher: Launcher,
  request: { requestId: string; config: RunConfig; alongside: boolean; by: string },
  now: number,
): Promise<{ runId: string; state: Run['state'] }> {
  const { requestId, config, alongside, by } = request
  const runs = firestore.collection('runs')
  const runId = runIdOf(requestId)
  const document = runs.doc(runId)
  const run = await firestore.runTransaction(async (transaction) => {
    const known = (await transaction.get(document)).data() as Run | undefined
    if (known && sameConfig(known.config, config)) return known
    if (known) throw new ZoidbergError('conflict', `Request ${requestId} was another configuration before.`)
    const active = await transaction.get(runs.where('state', 'in', ACTIVE))
    const other = active.docs.find((doc) => doc.data().config?.dataset === config.dataset)
    if (other && !alongside)
      throw new ZoidbergError(
        'conflict',
        `Run ${other.id} is at work on ${config.dataset}; cancel it, wait, or ask for another alongside.`,
      )
    const created = queued(config, by, now)
    transaction.create(document, created)
    return created
  })
  if (run.state !== 'queued' || run.execution !== null) return { runId, state: run.state }
  try {
    const execution = await launcher.start(runId, config.command === 'tune' ? config.tasks : 1)
    await document.update({ execution })
    return { runId, state: 'queued' }
  } catch (error) {
    await end(firestore, runId, 'failed', (error as Error).message, now)
    throw error
  }
}

/** Ends a run as cancelled and stops its execution. What has ended stays as it is. @throws ZoidbergError not-found */
export async function cancelRun(
  firestore: Firestore,
  launcher: Launcher,
  runId: string,
  by: string,
  now: number,
): Promise<{ runId: string; state: Run['state'] }> {
  const run = await end(firestore, runId, 'cancelled', `cancelled by ${by}`, now)
  if (!run) throw new ZoidbergError('not-found', `There is no run ${runId}.`)
  if (run.state === 'cancelled' && run.execution) await launcher.cancel(run.execution)
  return { runId, state: run.state }
}

/** Fails every run whose job is dead, with the reason. @returns their ids */
export async function failDeadRuns(firestore: Firestore, now: number): Promise<string[]> {
  const active = await firestore.collection('runs').where('state', 'in', ACTIVE).get()
  const failed: string[] = []
  for (const { id, ref } of active.docs) {
    const died = await firestore.runTransaction(async (transaction) => {
      const run = (await transaction.get(ref)).data() as Run
      // A search that was started from a command line has no configuration, and nobody to miss it.
      const cause = run.config ? causeOfDeath(run, now) : null
      if (cause) transaction.set(ref, endRun(run, 'failed', { error: cause }, now))
      return cause !== null
    })
    if (died) failed.push(id)
  }
  return failed
}

/** The run after it, or undefined if there is none. Only an active run ends. */
async function end(
  firestore: Firestore,
  runId: string,
  state: 'cancelled' | 'failed',
  error: string,
  now: number,
): Promise<Run | undefined> {
  const document = firestore.collection('runs').doc(runId)
  return firestore.runTransaction(async (transaction) => {
    const run = (await transaction.get(document)).data() as Run | undefined
    if (!run || !isActive(run)) return run
    const ended = endRun(run, state, { error }, now)
    transaction.set(document, ended)
    return ended
  })
}
