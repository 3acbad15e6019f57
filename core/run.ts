/**
 * Runs of the training job: what an admin may ask for, and how a run moves from queued to its one end. A process owns a
 * run by the token of its lease; whoever lost it writes nothing any more. Trials of a search are in `trials.ts`.
 */
import { z } from 'zod'
import { CHANNEL_NAME } from './channels.ts'
import { MODEL_ID } from './manifest.ts'

/** How long a run stays with a process that is not heard of. Cloud Run's next attempt of the same task need not wait. */
export const RUN_LEASE_SECONDS = 60
export const HEARTBEAT_SECONDS = 10
/** How long whoever starts an execution may take for it. */
export const LAUNCH_SECONDS = 60
/** A run without a sign of life for so long has failed. Getting a GPU for the next attempt may take minutes. */
export const DEAD_AFTER_SECONDS = 15 * 60
/** `maxRetries` of deploy/job.yaml and the first attempt. */
export const MOST_RUN_ATTEMPTS = 4
export const MOST_TASKS = 20
/** Of a model's square, in pixels. */
export const SIDE = { least: 16, most: 512 }

export const TUNERS = ['random', 'grid', 'hyperband', 'bayesian'] as const

const shared = {
  /** A folder of `datasets/` in the bucket. */
  dataset: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,60}$/i, 'the name of a folder below datasets/'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
}
const network = {
  model: z.string().max(40),
  task: z.enum(['binary', 'three-class']).optional(),
  /** Side of the square, in pixels. */
  size: z.int().min(SIDE.least).max(SIDE.most).optional(),
}
const count = (most: number) => z.int().min(1).max(most)

/** What the job can be asked to do. Names and settings of networks are checked by the job, which knows them. */
export const runConfigSchema = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('train'),
    ...shared,
    ...network,
    epochs: count(1000).optional(),
    /** `name=value`, as `zoidberg train --set` has it. */
    set: z.array(z.string().max(100)).max(40).default([]),
    /** Publishes validation images beside the model. Only for data that may be shown to everybody. */
    gallery: z.boolean().default(false),
    /** Promotes a model that is better by this much accuracy at least, as the lower end of the interval has it. */
    promoteAbove: z.number().min(0).max(1).nullable().default(null),
    channel: z.string().regex(CHANNEL_NAME).default('production'),
  }),
  z.strictObject({
    command: z.literal('tune'),
    ...shared,
    ...network,
    tuner: z.enum(TUNERS).default('bayesian'),
    trials: count(1000).optional(),
    epochs: count(1000).default(9),
    executions: count(10).default(1),
    images: count(1_000_000).nullable().default(null),
    /** Tasks of the execution that share the trials. */
    tasks: count(MOST_TASKS).default(1),
  }),
  z.strictObject({ command: z.literal('evaluate'), ...shared, modelId: z.string().regex(MODEL_ID) }),
  z.strictObject({
    command: z.literal('baseline'),
    ...shared,
    algorithm: z.string().max(40).default('all'),
    folds: z.int().min(2).max(20).nullable().default(null),
  }),
])

export type RunConfig = z.output<typeof runConfigSchema>
export type TrainConfig = Extract<RunConfig, { command: 'train' }>
export type TuneConfig = Extract<RunConfig, { command: 'tune' }>

export const PHASES = ['starting', 'loading', 'training', 'judging', 'publishing', 'promoting'] as const

/** @property done,total steps of the phase that can be counted, else 0 */
export type RunProgress = { phase: (typeof PHASES)[number]; done: number; total: number; note: string }
export type RunEpoch = { epoch: number; loss: number; valLoss: number; valAccuracy: number }

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export type Run = {
  state: RunState
  config: RunConfig
  createdAt: string
  createdBy: string
  /** Name of the execution that Cloud Run gave it. */
  execution: string | null
  /** Who is starting an execution at the moment, so that a request that comes twice starts one; null once it is started. */
  launch: { token: string; until: number } | null
  attempt: number
  lease: { owner: string; token: string; until: number } | null
  /** Milliseconds since 1970; null before the job's first sign of life. */
  heartbeat: number | null
  progress: RunProgress | null
  epochs: RunEpoch[]
  error: string | null
  modelId: string | null
  result: Record<string, unknown> | null
  endedAt: string | null
}

export const isActive = ({ state }: Pick<Run, 'state'>): boolean => state === 'queued' || state === 'running'

export class LostRunError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'LostRunError'
  }
}

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

const lease = (owner: string, token: string, now: number) => ({
  owner,
  token,
  until: now + 1000 * RUN_LEASE_SECONDS,
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
  if (attempt > MOST_RUN_ATTEMPTS) {
    const reason = `the job died ${MOST_RUN_ATTEMPTS} times${run.error ? `, the last time of: ${run.error}` : ''}`
    return endRun(run, 'failed', { error: reason }, now)
  }
  return { ...run, state: 'running', attempt, lease: lease(owner, token, now), heartbeat: now }
}

/** @throws LostRunError if the run has ended or is another process' by now */
export function assertHeld(run: Run | undefined, token: string): asserts run is Run {
  if (!run) throw new LostRunError('the run is gone')
  if (run.state !== 'running') throw new LostRunError(`the run is ${run.state}`)
  if (run.lease?.token !== token) throw new LostRunError('the run belongs to another process by now')
}

/** The run with a prolonged lease and what there is to see. @throws LostRunError */
export function beat(run: Run | undefined, token: string, seen: Partial<Run>, now: number): Run {
  assertHeld(run, token)
  return { ...run, ...seen, lease: lease(run.lease?.owner as string, token, now), heartbeat: now }
}

/** The run given back by a process that stops before the end: the next attempt may take it at once. @throws LostRunError */
export function giveBack(run: Run | undefined, token: string, error: string | null): Run {
  assertHeld(run, token)
  return { ...run, lease: null, error }
}

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
