/**
 * Runs, trials and leases: what a search (and any other job in the cloud) stores, wherever it is stored. A trial belongs
 * to the worker that holds its lease; results without the lease are refused, so each trial has one result.
 */
import { z } from 'zod'

/** A worker that has not been heard of for so long is dead, and its trial is given to another. */
export const LEASE_SECONDS = 60

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

/** Can be claimed: never started since it was interrupted, or its worker is dead. */
export const isClaimable = ({ state, lease }: Trial, now: number): boolean =>
  state === 'waiting' || (state === 'running' && (lease === null || lease.until <= now))

export const holds = (trial: Trial, token: string): boolean =>
  trial.state === 'running' && trial.lease?.token === token

export class LostLeaseError extends Error {
  constructor(trial: number) {
    super(`trial ${trial} belongs to another worker by now`)
    this.name = 'LostLeaseError'
  }
}
