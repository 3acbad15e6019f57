/** Runs as the admin doors and the schedule see them: created once, cancelled, found dead. */
import { createHash, randomUUID } from 'node:crypto'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { isActive, type Run, type RunConfig } from '@zoidberg/core/contract/run.ts'
import { causeOfDeath, endRun, LAUNCH_SECONDS, queued } from '@zoidberg/core/run.ts'
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
 * off before the execution had started: then a minute later. Should both start one in the end, the job's lease lets only one
 * of two executions have the run.
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
  const launch = { token: randomUUID(), until: now + 1000 * LAUNCH_SECONDS }
  const run = await firestore.runTransaction(async (transaction) => {
    const known = (await transaction.get(document)).data() as Run | undefined
    if (known && sameConfig(known.config, config)) {
      const isStarted = known.state !== 'queued' || known.execution !== null
      if (isStarted || (known.launch && known.launch.until > now)) return known
      transaction.update(document, { launch })
      return { ...known, launch }
    }
    if (known) throw new ZoidbergError('conflict', `Request ${requestId} was another configuration before.`)
    const active = await transaction.get(runs.where('state', 'in', ACTIVE))
    const other = active.docs.find((doc) => doc.data().config?.dataset === config.dataset)
    if (other && !alongside)
      throw new ZoidbergError(
        'conflict',
        `Run ${other.id} is at work on ${config.dataset}; cancel it, wait, or ask for another alongside.`,
      )
    const created = { ...queued(config, by, now), launch }
    transaction.create(document, created)
    return created
  })
  if (run.launch?.token !== launch.token) return { runId, state: run.state }
  let execution: string
  try {
    execution = await launcher.start(runId, config.command === 'tune' ? config.tasks : 1)
  } catch (error) {
    const isOurs = ({ launch: held, state }: Run) => held?.token === launch.token && state === 'queued'
    await end(firestore, runId, 'failed', (error as Error).message, now, isOurs)
    throw error
  }
  await document.update({ execution, launch: null })
  return { runId, state: 'queued' }
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

/** The run after it, or undefined if there is none. Only an active run ends, and only if it `may`. */
async function end(
  firestore: Firestore,
  runId: string,
  state: 'cancelled' | 'failed',
  error: string,
  now: number,
  may: (run: Run) => boolean = () => true,
): Promise<Run | undefined> {
  const document = firestore.collection('runs').doc(runId)
  return firestore.runTransaction(async (transaction) => {
    const run = (await transaction.get(document)).data() as Run | undefined
    if (!run || !isActive(run) || !may(run)) return run
    const ended = endRun(run, state, { error }, now)
    transaction.set(document, ended)
    return ended
  })
}
