/** Runs of the training job: what an admin may ask for, and what Firestore keeps of each in `runs/{id}`. */
import { z } from 'zod'
import { CHANNEL_NAME, DEFAULT_CHANNEL, MODEL_ID } from './channel.ts'
import { taskSchema } from './labels.ts'
import { MAX_SIDE, MIN_SIDE } from './limits.ts'

/** Tasks of an execution that share one search. */
export const MAX_TASKS = 20
/** Runs that wait or are at work at a time, each with its tasks. */
export const MAX_ACTIVE_RUNS = 5

/** The networks of training/networks. */
export const NETWORK_NAMES = [
  'default',
  'efficientnet',
  'resnet',
  'cnn',
  'cnn-dropout',
  'cnn-tuned',
  'mlp',
] as const
export const TUNERS = ['bayesian', 'hyperband', 'random', 'grid'] as const
/** What a search maximises: of the ROC curve, of the likeliest class, or minus the cross-entropy. */
export const OBJECTIVES = ['auc', 'accuracy', 'balanced-accuracy', 'log-loss'] as const

/** Cloud Run lets no task work for longer: cloud.google.com/run/docs/configuring/task-timeout */
const MAX_MINUTES = 7 * 24 * 60
/** More are no better than their sum of time. */
const MAX_MEMBERS = 5

const count = (most: number) => z.int().min(1).max(most)

const shared = {
  dataset: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,60}$/i, 'the name of a folder below datasets/')
    .describe('a folder of `datasets/` in the bucket'),
  maxMinutes: count(MAX_MINUTES)
    .optional()
    .describe('from when it was asked for; then the run is ended as failed, and what it has stored stays'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
}
const network = {
  model: z.enum(NETWORK_NAMES),
  task: taskSchema.optional(),
  size: z.int().min(MIN_SIDE).max(MAX_SIDE).optional().describe('side of the square, in pixels'),
}
/** What becomes of a trained model. */
const publishing = {
  gallery: z
    .boolean()
    .default(false)
    .describe('publishes validation images beside the model; only for data that may be shown to everybody'),
  promoteAbove: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      'promotes a model that is better by this much accuracy at least, by the lower end of the interval',
    ),
  channel: z.string().regex(CHANNEL_NAME).default(DEFAULT_CHANNEL),
}
/** What the job can be asked to do. Names and settings of networks are checked by the job, which knows them. */
export const runConfigSchema = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('train'),
    ...shared,
    ...network,
    epochs: count(1000).optional(),
    set: z
      .array(z.string().max(100))
      .max(40)
      .default([])
      .describe('`name=value`, as `zoidberg train --set` has it'),
    members: count(MAX_MEMBERS)
      .default(1)
      .describe('networks of successive seeds, whose answers the published model averages'),
    ...publishing,
  }),
  z.strictObject({
    command: z.literal('tune'),
    ...shared,
    ...network,
    tuner: z.enum(TUNERS).default('bayesian'),
    objective: z.enum(OBJECTIVES).default('auc'),
    trials: count(1000).optional(),
    epochs: count(1000).default(9),
    executions: count(10).default(1),
    images: count(1_000_000).nullable().default(null),
    retrain: z
      .boolean()
      .default(true)
      .describe('trains the best trial on everything in the end, judges it and publishes it'),
    retrainEpochs: count(1000)
      .optional()
      .describe("of that training, at most; the network's own if left out"),
    ...publishing,
    tasks: count(MAX_TASKS).default(1).describe('tasks of the execution that share the trials'),
  }),
  z.strictObject({
    command: z.literal('predict'),
    dataset: shared.dataset,
    maxMinutes: shared.maxMinutes,
    modelId: z.string().regex(MODEL_ID),
    operatingPoint: z.string().max(40).optional().describe("by name; the model's default if left out"),
    tasks: count(MAX_TASKS).default(1).describe('tasks of the execution that share the files'),
  }),
  z.strictObject({ command: z.literal('evaluate'), ...shared, modelId: z.string().regex(MODEL_ID) }),
  z.strictObject({
    command: z.literal('baseline'),
    // No ceiling: a fit cannot be ended half-way.
    dataset: shared.dataset,
    seed: shared.seed,
    algorithm: z.string().max(40).default('all'),
    folds: z.int().min(2).max(20).nullable().default(null),
  }),
])

export type RunConfig = z.output<typeof runConfigSchema>
export type TrainConfig = Extract<RunConfig, { command: 'train' }>
export type TuneConfig = Extract<RunConfig, { command: 'tune' }>

export const PHASES = [
  'starting',
  'loading',
  'training',
  'judging',
  'predicting',
  'publishing',
  'promoting',
] as const

/** @property done,total steps of the phase that can be counted, else 0 */
export type RunProgress = { phase: (typeof PHASES)[number]; done: number; total: number; note: string }
export type RunEpoch = { epoch: number; loss: number; valLoss: number; valAccuracy: number }

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

/** Who works on something: until when, in milliseconds since 1970, and the token that proves it. */
export type Lease = { owner: string; token: string; until: number }

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
  lease: Lease | null
  /** Milliseconds since 1970; null before the job's first sign of life. */
  heartbeat: number | null
  progress: RunProgress | null
  epochs: RunEpoch[]
  error: string | null
  modelId: string | null
  result: Record<string, unknown> | null
  endedAt: string | null
}

/** @returns whether a run has not come to its end */
export const isActive = ({ state }: Pick<Run, 'state'>): boolean => state === 'queued' || state === 'running'

export const retrainSchema = z.strictObject({
  requestId: z.string().min(8).max(100).describe('the same request always means the same run'),
  config: runConfigSchema,
  alongside: z.boolean().default(false).describe('also beside another active run of the same data set'),
})
export const cancelRunSchema = z.strictObject({ runId: z.string().regex(/^[a-z0-9-]{1,80}$/) })
