/**
 * How a run moves from queued to its one end: pure steps, stored by whoever takes them. What a run is, is in
 * contract/run.ts; who may write it, in lease.ts.
 */
import { isActive, type Run, type RunConfig, type RunState } from './contract/run.ts'
import { assertHeld, LostLeaseError, newLease, renewedLease } from './lease.ts'

/** How long whoever starts an execution may take for it. */
export const LAUNCH_SECONDS = 60
/** A run without a sign of life for so long has failed. Getting a GPU for the next attempt may take minutes. */
export const DEAD_AFTER_SECONDS = 15 * 60
/** `maxRetries` of deploy/job.yaml and the first attempt. */
export const MAX_RUN_ATTEMPTS = 4

/**
 * @param by the admin who asked for it
 * @param now in milliseconds since 1970
 * @returns a run that nobody works on yet
 */
export const queued = (config: RunConfig, by: string, now: number): Run => ({
  state: 'queued',
  config,
  createdAt: new Date(now).toISOString(),
  createdBy: by,
  execution: null,
  launch: null,
  attempt: 0,
  lease: null,
  heartbeat: null,
  progress: null,
  epochs: [],
  error: null,
  modelId: null,
  result: null,
  endedAt: null,
})

/**
 * The run as `owner`'s, failed if its attempts are used up, or why it cannot be had: it has ended, or belongs to somebody
 * who is alive.
 *
 * @param owner of all attempts of one task, of which the platform runs one at a time
 */
export function claimRun(run: Run, owner: string, token: string, now: number): Run | 'ended' | 'taken' {
  if (!isActive(run)) return 'ended'
  if (run.lease && run.lease.owner !== owner && run.lease.until > now) return 'taken'
  const attempt = run.attempt + 1
  if (attempt > MAX_RUN_ATTEMPTS) {
    const reason = `the job died ${MAX_RUN_ATTEMPTS} times${run.error ? `, the last time of: ${run.error}` : ''}`
    return endRun(run, 'failed', { error: reason }, now)
  }
  return { ...run, state: 'running', attempt, lease: newLease(owner, token, now), heartbeat: now }
}

/** @throws LostLeaseError if the run has ended or is another process' by now */
export function assertRunHeld(run: Run | undefined, token: string): asserts run is Run {
  if (!run) throw new LostLeaseError('the run is gone')
  if (run.state !== 'running') throw new LostLeaseError(`the run is ${run.state}`)
  assertHeld(run.lease, token, 'the run')
}

/**
 * @param seen what admins see of it
 * @returns the run with its lease renewed
 * @throws LostLeaseError
 */
export function renewRun(run: Run | undefined, token: string, seen: Partial<Run>, now: number): Run {
  assertRunHeld(run, token)
  return { ...run, ...seen, lease: renewedLease(run.lease as NonNullable<Run['lease']>, now), heartbeat: now }
}

/**
 * @returns the run released by a process that stops before the end: the next attempt may take it at once
 * @throws LostLeaseError
 */
export function releaseRun(run: Run | undefined, token: string, error: string | null): Run {
  assertRunHeld(run, token)
  return { ...run, lease: null, error }
}

/** @returns the run at its end, in a state that is final */
export const endRun = (run: Run, state: RunState, seen: Partial<Run>, now: number): Run => ({
  ...run,
  ...seen,
  state,
  lease: null,
  // What an earlier attempt failed of is no error of a run that succeeded.
  error: state === 'succeeded' ? null : (seen.error ?? run.error),
  endedAt: new Date(now).toISOString(),
})

/** Why a run must be given up, or null while there is hope. */
export function causeOfDeath(run: Run, now: number): string | null {
  if (!isActive(run)) return null
  const last = run.heartbeat ?? Date.parse(run.createdAt)
  if (now - last < 1000 * DEAD_AFTER_SECONDS) return null
  const minutes = Math.round((now - last) / 60_000)
  return run.heartbeat === null
    ? `the job never started: ${minutes} minutes without a sign of life`
    : `the job died: no sign of life for ${minutes} minutes${run.error ? `, its last error was: ${run.error}` : ''}`
}
