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

/** Has ended with a score that can be learnt from. */
export const isScored = (trial: Trial): trial is Trial & { score: number } =>
  (trial.state === 'succeeded' || trial.state === 'pruned') && trial.score !== null

export const isOpen = ({ state }: Trial): boolean => state === 'running' || state === 'waiting'

/** Was given back, or its worker is dead. Only a running trial has a lease. */
const isClaimable = ({ state, lease }: Trial, now: number): boolean =>
  state === 'waiting' || isExpired(lease, now)

/** `wait`: something has to finish first. `done`: nothing is left to try. */
export type Answer = Suggestion | 'wait' | 'done'
export type Suggest = (trials: readonly Trial[]) => Answer

/** A worker that was killed this often at one trial will be killed again. */
export const MAX_ATTEMPTS = 3
/** keras-tuner's `max_consecutive_failed_trials`. */
export const MAX_FAILURES_IN_A_ROW = 3

export class FailingSearchError extends Error {
  constructor(errors: (string | null)[]) {
    super(`${errors.length} trials in a row failed: ${errors.at(-1)}`)
    this.name = 'FailingSearchError'
  }
}

/**
 * The one decision that has to be made alone: what `owner` works on next. A trial whose worker died comes before anything
 * new. Stores write the changed trials back in one commit, on condition that nothing changed meanwhile.
 *
 * @returns the claimed trial, or that there is none now or none any more; and every trial that changed
 */
export function claimNext(
  trials: readonly Trial[],
  suggest: Suggest,
  owner: string,
  token: string,
  now: number,
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
  const answer = suggest(all)
  if (answer === 'done' && all.some(isOpen)) return { claimed: 'wait', changed: exhausted }
  if (answer === 'wait' || answer === 'done') return { claimed: answer, changed: exhausted }
  const claimed: Trial = {
    id: trials.length + 1,
    values: answer.values,
    state: 'running',
    score: null,
    curve: [],
    epochs: answer.epochs,
    from: answer.from ?? null,
    note: answer.note ?? {},
    attempt: 1,
    lease,
    seconds: null,
    error: null,
  }
  return { claimed, changed: [...exhausted, claimed] }
}

/** @throws FailingSearchError if the last trials that ended all failed */
export function assertNotFailing(trials: readonly Trial[]): void {
  const last = trials.filter((trial) => !isOpen(trial)).slice(-MAX_FAILURES_IN_A_ROW)
  if (last.length === MAX_FAILURES_IN_A_ROW && last.every(({ state }) => state === 'failed'))
    throw new FailingSearchError(last.map(({ error }) => error))
}

/** @throws LostLeaseError unless the trial is at work under this token */
function assertTrialHeld(trial: Trial, token: string): void {
  assertHeld(trial.state === 'running' ? trial.lease : null, token, `trial ${trial.id}`)
}

/** @returns the trial with its lease renewed @throws LostLeaseError */
export function renewTrial(trial: Trial, token: string, curve: number[], now: number): Trial {
  assertTrialHeld(trial, token)
  return { ...trial, curve, lease: trial.lease && renewedLease(trial.lease, now) }
}

export type Ended = { result: Result; curve: number[]; seconds: number }

/** @returns the trial with its one result @throws LostLeaseError */
export function completeTrial(trial: Trial, token: string, { result, curve, seconds }: Ended): Trial {
  assertTrialHeld(trial, token)
  const { state, score, error = null } = result
  return { ...trial, state, score, error, curve, seconds, lease: null }
}

/** @returns the trial released by a worker that was asked to stop: no death, so no attempt is counted @throws LostLeaseError */
export function releaseTrial(trial: Trial, token: string, curve: number[]): Trial {
  assertTrialHeld(trial, token)
  return { ...trial, state: 'waiting', curve, lease: null }
}

/** Where the trials of one search are kept. */
export type TrialStore = {
  list(): Promise<Trial[]>
  claim(owner: string, suggest: Suggest): Promise<Trial | 'wait' | 'done'>
  renew(id: number, token: string, curve: number[]): Promise<void>
  release(id: number, token: string, curve: number[]): Promise<void>
  complete(id: number, token: string, ended: Ended): Promise<void>
}
