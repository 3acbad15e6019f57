/** Runs that are ended from outside their job: cancelled by an admin, or failed because the job is dead. */
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { isActive, type Run } from '@zoidberg/core/contract/run.ts'
import { updateDocument } from '@zoidberg/core/firestore.ts'
import { causeOfDeath, endRun } from '@zoidberg/core/run.ts'
import type { Firestore } from 'firebase-admin/firestore'
import type { Launcher } from './launcher.ts'
import { activeRuns, runDocument } from './run-documents.ts'

/**
 * @property by who asks, as the run says it
 * @property now in milliseconds since 1970
 */
export type CancelRunOptions = {
  firestore: Firestore
  launcher: Launcher
  runId: string
  by: string
  now: number
}

/**
 * Ends a run as cancelled and stops its execution. What has ended stays as it is.
 *
 * @returns the run's id, and its state after that
 * @throws ZoidbergError not-found, or job-unavailable if the execution cannot be stopped
 */
export async function cancelRun({
  firestore,
  launcher,
  runId,
  by,
  now,
}: CancelRunOptions): Promise<{ runId: string; state: Run['state'] }> {
  const error = `cancelled by ${by}`
  const run = await endActiveRun({ firestore, runId, state: 'cancelled', error, now })
  if (!run) throw new ZoidbergError('not-found', `There is no run ${runId}.`)
  if (run.state === 'cancelled' && run.execution) await launcher.cancel(run.execution)
  return { runId, state: run.state }
}

/**
 * Fails every run whose job is dead, with the reason, and stops what is left of its execution.
 *
 * @param now in milliseconds since 1970
 * @returns the ids of the failed runs
 */
export async function failDeadRuns(
  firestore: Firestore,
  launcher: () => Launcher | Promise<Launcher>,
  now: number,
): Promise<string[]> {
  const { docs } = await activeRuns(firestore).get()
  const failed: string[] = []
  for (const { id, ref } of docs) {
    const run = await updateDocument<Run>(ref, (run) => {
      // A search that was started from a command line has no configuration, and nobody to miss it.
      const cause = run?.config ? causeOfDeath(run, now) : null
      return run && cause !== null ? endRun(run, 'failed', { error: cause }, now) : undefined
    })
    if (!run) continue
    failed.push(id)
    // A job that hangs is paid for; one that cannot be stopped ends by itself, when its next sign of life finds the run failed.
    const { execution } = run
    const stop = async () => execution && (await launcher()).cancel(execution)
    await stop().catch(() => {})
  }
  return failed
}

/** @property may whether this active run is the one to end; any is if left out */
export type EndRunOptions = {
  firestore: Firestore
  runId: string
  state: 'cancelled' | 'failed'
  error: string
  now: number
  may?(run: Run): boolean
}

/** @returns the run as it is after that, ended or not; undefined if there is none */
export async function endActiveRun({
  firestore,
  runId,
  state,
  error,
  now,
  may = () => true,
}: EndRunOptions): Promise<Run | undefined> {
  let before: Run | undefined
  const ended = await updateDocument<Run>(runDocument(firestore, runId), (run) => {
    before = run
    return run && isActive(run) && may(run) ? endRun(run, state, { error }, now) : undefined
  })
  return ended ?? before
}
