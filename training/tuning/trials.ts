/**
 * Trials and leases: what a search (and any other job in the cloud) stores, wherever it is stored. A trial belongs
 * to the worker that holds its lease; results without the lease are refused, so each trial has one result.
 */
import { assertHeld, isExpired, newLease, renewedLease } from '@zoidberg/core/lease.ts'
import { z } from 'zod'

const values = z.record(z.string(), z.union([z.number(), z.string()]))

export const trialSchema = z.object({
  id: z.int().min(1),
  values,
  state: z.enum(['running', 'waiting', 'succeeded', 'pruned', 'failed']),
  /** What is maximised; null until there is one. */
  score: z.number().nullable(),
  /** Scores by epoch, the mean over executions. */
  curve: z.array(z.number()),
  /** Epochs to train up to, and the trial whose weights to go on from. */
  epochs: z.int().min(1),
  from: z.int().min(1).nullable(),
  /** Notes of the oracle to itself, such as a Hyperband bracket. */
  note: values,
  attempt: z.int().min(1),
  lease: z.object({ owner: z.string(), token: z.string(), until: z.number() }).nullable(),
  seconds: z.number().nullable(),
  error: z.string().nullable(),
})
export type Trial = z.infer<typeof trialSchema>

/** What an oracle asks for next. */
export type Suggestion = {
  values: Trial['values']
  epochs: number
  from?: number
  note?: Trial['note']
}

export type Result = { state: 'succeeded' | 'pruned' | 'failed'; score: number | null; error?: string }

/** @returns whether a trial has ended with a score that can be learnt from */
export const isScored = (trial: Trial): trial is Trial & { score: number } =>
  (trial.state === 'succeeded' || trial.state === 'pruned') && trial.score !== null

/** @returns whether a trial has not ended */
export const isOpen = ({ state }: Trial): boolean => state === 'running' || state === 'waiting'

/** Was given back, or its worker is dead. Only a running trial has a lease. */
const isClaimable = ({ state, lease }: Trial, now: number): boolean =>
  state === 'waiting' || isExpired(lease, now)

/** `wait`: something has to finish first. `done`: nothing is left to try. */
export type NextTrial = Suggestion | 'wait' | 'done'
export type Suggest = (trials: readonly Trial[]) => NextTrial

/** A worker that was killed this often at one trial will be killed again. */
export const MAX_ATTEMPTS = 3
/** keras-tuner's `max_consecutive_failed_trials`. */
export const MAX_FAILURES_IN_A_ROW = 3

/** So many trials in a row failed that the next would too. */
export class FailingSearchError extends Error {
  constructor(errors: (string | null)[]) {
    super(`${errors.length} trials in a row failed: ${errors.at(-1)}`)
    this.name = 'FailingSearchError'
  }
}

/** Who claims, the token that proves it from then on, and the time in milliseconds since 1970. */
export type Claimant = { owner: string; token: string; now: number }

/**
 * Makes the one decision that has to be made alone: what a worker works on next. A trial whose worker died comes before
 * anything new. Stores write the changed trials back in one commit, on condition that nothing changed meanwhile.
 *
 * @param trials all that there are, in order
 * @param suggest asks the oracle
 * @returns the claimed trial, or that there is none now or none any more; and every trial that changed
 */
export function claimNext(
  trials: readonly Trial[],
  suggest: Suggest,
  { owner, token, now }: Claimant,
): { claimed: Trial | 'wait' | 'done'; changed: Trial[] } {
  const lease = newLease(owner, token, now)
  const orphans = trials.filter((trial) => isClaimable(trial, now))
  const exhausted = orphans
    .filter(({ attempt, lease }) => lease && attempt >= MAX_ATTEMPTS)
    .map((trial): Trial => {
      const error = `its worker died ${MAX_ATTEMPTS} times`
      return { ...trial, state: 'failed', lease: null, error }
    })
  const given = new Map(exhausted.map((trial) => [trial.id, trial]))
  const all = trials.map((trial) => given.get(trial.id) ?? trial)
  const orphan = orphans.find(({ id }) => !given.has(id))
  if (orphan) {
    const attempt = orphan.attempt + (orphan.lease ? 1 : 0)
    const claimed: Trial = { ...orphan, state: 'running', lease, attempt }
    return { claimed, changed: [...exhausted, claimed] }
  }
  const next = suggest(all)
  if (next === 'done' && all.some(isOpen)) return { claimed: 'wait', changed: exhausted }
  if (next === 'wait' || next === 'done') return { claimed: next, changed: exhausted }
  const claimed: Trial = {
    id: trials.length + 1,
    values: next.values,
    state: 'running',
    score: null,
    curve: [],
    epochs: next.epochs,
    from: next.from ?? null,
    note: next.note ?? {},
    attempt: 1,
    lease,
    seconds: null,
    error: null,
  }
  return { claimed, changed: [...exhausted, claimed] }
}

/**
 * Makes sure that a search is worth going on with.
 *
 * @param trials in order
 * @throws FailingSearchError if the last trials that ended all failed
 */
export function assertNotFailing(trials: readonly Trial[]): void {
  const last = trials.filter((trial) => !isOpen(trial)).slice(-MAX_FAILURES_IN_A_ROW)
  if (last.length === MAX_FAILURES_IN_A_ROW && last.every(({ state }) => state === 'failed'))
    throw new FailingSearchError(last.map(({ error }) => error))
}

/** @throws LostLeaseError unless the trial is at work under this token */
function assertTrialHeld(trial: Trial, token: string): void {
  assertHeld(trial.state === 'running' ? trial.lease : null, token, `trial ${trial.id}`)
}

/**
 * Renews the lease of a trial.
 *
 * @param token of the lease
 * @param progress scores by epoch so far, and the time in milliseconds since 1970
 * @returns the trial with its lease renewed
 * @throws LostLeaseError unless the trial is at work under this token
 */
export function renewTrial(
  trial: Trial,
  token: string,
  { curve, now }: { curve: number[]; now: number },
): Trial {
  assertTrialHeld(trial, token)
  return { ...trial, curve, lease: trial.lease && renewedLease(trial.lease, now) }
}

export type Ended = { result: Result; curve: number[]; seconds: number }

/**
 * Ends a trial.
 *
 * @param token of the lease
 * @returns the trial with its one result
 * @throws LostLeaseError unless the trial is at work under this token
 */
export function completeTrial(trial: Trial, token: string, { result, curve, seconds }: Ended): Trial {
  assertTrialHeld(trial, token)
  const { state, score, error = null } = result
  return { ...trial, state, score, error, curve, seconds, lease: null }
}

/**
 * Releases the trial of a worker that was asked to stop: that is no death, so no attempt is counted.
 *
 * @param token of the lease
 * @param curve scores by epoch so far
 * @returns the trial, for the next worker
 * @throws LostLeaseError unless the trial is at work under this token
 */
export function releaseTrial(trial: Trial, token: string, curve: number[]): Trial {
  assertTrialHeld(trial, token)
  return { ...trial, state: 'waiting', curve, lease: null }
}

/** Where the trials of one search are kept. */
export type TrialStore = {
  /** Lists all trials in order. */
  list(): Promise<Trial[]>
  /** Claims a trial, or says that there is none now (`wait`) or none any more (`done`). */
  claim(owner: string, suggest: Suggest): Promise<Trial | 'wait' | 'done'>
  /** Each of these throws LostLeaseError unless the trial is at work under this token. */
  renew(id: number, token: string, curve: number[]): Promise<void>
  release(id: number, token: string, curve: number[]): Promise<void>
  complete(id: number, token: string, ended: Ended): Promise<void>
}
