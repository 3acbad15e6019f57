/** The loop of one worker: claim a trial, train it, report it, until the oracle has nothing more. */
import { setTimeout as sleep } from 'node:timers/promises'
import { HEARTBEAT_SECONDS, LostLeaseError } from '@zoidberg/core/lease.ts'
import { CheckpointError } from '../errors.ts'
import type { Oracle } from './oracles/oracle.ts'
import { isWorseThanMedian } from './pruning.ts'
import { assertNotFailing, isOpen, type Suggest, type Trial, type TrialStore } from './trials.ts'

const WAIT_SECONDS = 2

/** Trains a trial. `onEpoch` gets the curve so far and says whether to go on; `complete` if it never said no. */
export type TrainTrial = (
  trial: Trial,
  onEpoch: (curve: number[]) => Promise<boolean>,
) => Promise<{ curve: number[]; complete: boolean }>

/** What a search tells while it goes on. */
export type SearchEvents = {
  /** Before a trial is trained. */
  onClaim?(trial: Trial): void
  /** After a trial of this worker, with all trials. */
  onTrial?(trial: Trial, all: readonly Trial[]): void
  /** Asked before each trial and after each epoch; once it is true the trial is released. */
  isInterrupted?(): boolean
}

export type SearchOptions = SearchEvents & {
  store: TrialStore
  oracle: Oracle
  train: TrainTrial
  /** Names the worker in leases. */
  owner: string
  /** Whether unpromising trials are stopped; Hyperband does that by itself. */
  prunes: boolean
}

/**
 * Searches until the oracle has nothing more.
 *
 * @returns all trials; those of other workers may still be running
 * @throws FailingSearchError after three failed trials in a row; failures of before this call are forgiven, so that a
 *   search goes on once what made them fail is mended
 * @throws CheckpointError if the bucket fails
 */
export async function search(options: SearchOptions): Promise<Trial[]> {
  const { store, oracle, owner } = options
  const before = new Set((await store.list()).filter((trial) => !isOpen(trial)).map(({ id }) => id))
  const suggest: Suggest = (trials) => {
    assertNotFailing(trials.filter(({ id }) => !before.has(id)))
    return oracle.suggest(trials)
  }
  while (!options.isInterrupted?.()) {
    const claimed = await store.claim(owner, suggest)
    if (claimed === 'done') break
    if (claimed === 'wait') {
      await sleep(1000 * WAIT_SECONDS)
      continue
    }
    options.onClaim?.(claimed)
    try {
      await runTrial(claimed, options)
    } catch (error) {
      // Another worker has taken the trial over: this one's result is no longer wanted.
      if (!(error instanceof LostLeaseError)) throw error
    }
    const all = await store.list()
    options.onTrial?.(all[claimed.id - 1], all)
  }
  return store.list()
}

async function runTrial(
  trial: Trial,
  { store, train, prunes, isInterrupted }: Omit<SearchOptions, 'oracle' | 'owner'>,
): Promise<void> {
  const { token } = trial.lease as { token: string }
  const started = performance.now()
  let curve: number[] = []
  let [pruned, lost] = [false, false]
  // A heartbeat that does not get through is no reason to stop: the next one may, and the lease decides in the end.
  const renew = () =>
    store.renew(trial.id, token, curve).catch((error) => {
      lost ||= error instanceof LostLeaseError
    })
  const others = prunes ? await store.list() : []
  const timer = setInterval(() => void renew(), 1000 * HEARTBEAT_SECONDS)
  timer.unref()
  const onEpoch = async (so: number[]) => {
    curve = so
    await renew()
    pruned = prunes && curve.length < trial.epochs && isWorseThanMedian(curve, others)
    return !pruned && !lost && !isInterrupted?.()
  }
  const seconds = () => (performance.now() - started) / 1000
  const scored = async () => {
    const trained = await train(trial, onEpoch)
    curve = trained.curve
    if (lost) throw new LostLeaseError(`trial ${trial.id} belongs to another process by now`)
    if (!trained.complete && !pruned) return undefined
    const score = Math.max(...curve)
    if (!Number.isFinite(score)) throw new Error(`the score is ${score}`)
    return { state: pruned ? 'pruned' : 'succeeded', score } as const
  }
  // Only what training throws is the trial's fault: what cannot be stored says nothing of its values.
  const failed = (error: Error) => {
    if (error instanceof LostLeaseError || error instanceof CheckpointError) throw error
    return { state: 'failed', score: null, error: error.message } as const
  }
  try {
    const result = await scored().catch(failed)
    if (result) await store.complete(trial.id, token, { result, curve, seconds: seconds() })
    else await store.release(trial.id, token, curve)
  } finally {
    clearInterval(timer)
  }
}
