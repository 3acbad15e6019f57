/** From the values of a trial to its learning curve: short trainings scored on images that the trial does not see. */
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { toBatch } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { positiveProbability, TASKS, type Task } from '@zoidberg/core/labels.ts'
import { rocAuc } from '@zoidberg/core/metrics/binary.ts'
import type { Trial } from '@zoidberg/core/trials.ts'
import { classIndex, type Dataset, type Sample } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { SHIFTS } from '../evaluation/shifts.ts'
import { groupedStratifiedKFold } from '../evaluation/splitters.ts'
import type { ModelDefinition } from '../models/definition.ts'
import { withOverrides } from '../models/settings.ts'
import type { Split } from '../run/train-run.ts'
import { createBatches } from '../train/batches.ts'
import { type History, trainLoop } from '../train/loop.ts'
import type { Train } from './search.ts'
import { keyOf, type Values } from './space.ts'

/** Plain validation is saturated, so trials are scored on it and on the two copies that tell networks apart. */
export const SCORED_SHIFTS = ['plain', 'border removed', 'further away']
const INNER_FOLDS = 4
const BATCH = 64

/** Where the state of each trial is kept: a folder, or a bucket that other workers reach too. */
export type Checkpoints = {
  load(name: string): Promise<Uint8Array | undefined>
  save(name: string, bytes: Uint8Array): Promise<void>
}

export type TrainerConfig = {
  definition: ModelDefinition
  size: Size
  task: Task
  /** Trainings of a trial, with other seeds; their curves are averaged. */
  executions: number
  seed: number
  checkpoints: Checkpoints
}

/** `--set` arguments of values. */
export const overridesOf = (values: Values): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${value}`)

/**
 * Divides samples for a search, patients apart: the validation part of the data set stays unseen, so that the model
 * that is trained in the end is judged on images the search never used.
 */
export function innerSplit(samples: Sample[], task: Task): Split {
  const labels = samples.map((sample) => classIndex(sample, task))
  const groups = samples.map(({ group }) => group)
  const [{ train, validation }] = groupedStratifiedKFold(labels, groups, INNER_FOLDS, 1)
  for (const [part, positions] of Object.entries({ train, validation }))
    if (new Set(positions.map((i) => samples[i].label === 'NORMAL')).size < 2)
      throw new UsageError(`too few images to search on: the inner ${part} part has one class only.`)
  return { train: train.map((i) => samples[i]), validation: validation.map((i) => samples[i]) }
}

export async function createTrainer(dataset: Dataset, split: Split, config: TrainerConfig): Promise<Train> {
  const { size } = config
  const copies = await Promise.all(
    SCORED_SHIFTS.map((name) =>
      Promise.all(split.validation.map(async (sample) => SHIFTS[name](dataset.pixels(sample), size))),
    ),
  )
  return async (trial, onEpoch) => {
    const curves: number[][] = []
    for (let execution = 0; execution < config.executions; execution++) {
      const done = await trainOnce(dataset, split, copies, config, trial, execution, (curve) =>
        onEpoch(meanCurve([...curves, curve])),
      )
      curves.push(done.curve)
      if (!done.complete) return { curve: meanCurve(curves), complete: false }
    }
    return { curve: meanCurve(curves), complete: true }
  }
}

/** Epoch by epoch the mean over the executions that got there. */
export function meanCurve(curves: number[][]): number[] {
  const length = Math.max(0, ...curves.map((curve) => curve.length))
  return Array.from({ length }, (_, epoch) => {
    const values = curves.flatMap((curve) => (epoch < curve.length ? [curve[epoch]] : []))
    return values.reduce((a, b) => a + b, 0) / values.length
  })
}

async function trainOnce(
  dataset: Dataset,
  { train, validation }: Split,
  copies: Uint8Array[][],
  { definition, size, task, seed, checkpoints }: TrainerConfig,
  trial: Trial,
  execution: number,
  onEpoch: (curve: number[]) => Promise<boolean>,
): Promise<{ curve: number[]; complete: boolean }> {
  const { hyperparameters, settings } = withOverrides(definition, overridesOf(trial.values))
  const ownSeed = seed + execution
  const model = definition.build({ hyperparameters, size, classes: TASKS[task].length, seed: ownSeed })
  const labels = train.map((sample) => classIndex(sample, task))
  const batches = createBatches({
    path: dataset.pixelsPath,
    size,
    rows: train.map(({ row }) => row),
    labels,
    batchSize: settings.batchSize,
    balance: settings.balance === 'sampling',
    augmentation: settings.augmentation,
    seed: ownSeed,
  })
  const counts = TASKS[task].map((_, k) => labels.filter((label) => label === k).length)
  const nameOf = (id: number) => `trial-${id}-${execution}.bin`
  let stop = false
  const curveOf = (history: History) => history.map(({ valAccuracy }) => valAccuracy)
  try {
    const { history } = await trainLoop(model, {
      // A search compares networks that trained equally long.
      settings: {
        ...settings,
        epochs: trial.epochs,
        patience: trial.epochs,
        schedule: 'constant',
        warmup: 0,
      },
      identity: JSON.stringify([keyOf(trial.values), dataset.fingerprint, size, task, ownSeed]),
      batches,
      classWeights:
        settings.balance === 'weights'
          ? counts.map((count) => labels.length / (counts.length * count))
          : undefined,
      checkpoint: {
        load: async () =>
          (await checkpoints.load(nameOf(trial.id))) ??
          (trial.from === null ? undefined : checkpoints.load(nameOf(trial.from))),
        save: (bytes) => checkpoints.save(nameOf(trial.id), bytes),
      },
      validate: () => {
        const score = scoreOf(model, copies, dataset.size, labelsOf(validation))
        // The loop minimises a loss; what this search maximises is the score.
        return { loss: -score, accuracy: score }
      },
      async onEpoch(_record, _isBest, history) {
        stop = !(await onEpoch(curveOf(history)))
      },
      isInterrupted: () => stop,
    })
    // Also of a training that was whole before this process began.
    return { curve: curveOf(history), complete: history.length >= trial.epochs }
  } finally {
    await batches.close()
    model.dispose()
  }
}

const labelsOf = (samples: Sample[]): number[] => samples.map(({ label }) => (label === 'NORMAL' ? 0 : 1))

/** Mean over the copies of the area under the ROC curve, normal against pneumonia. */
function scoreOf(model: LayersModel, copies: Uint8Array[][], size: Size, truth: number[]): number {
  const areas = copies.map((images) => {
    const scores: number[] = []
    for (let i = 0; i < images.length; i += BATCH) {
      let rows: Float32Array = new Float32Array()
      tidy(() => {
        const [probabilities] = [model.apply(toBatch(images.slice(i, i + BATCH), size))].flat() as Tensor2D[]
        rows = probabilities.dataSync() as Float32Array
      })
      const classes = model.outputs[0].shape[1] as number
      for (let at = 0; at < rows.length; at += classes)
        scores.push(positiveProbability(rows.subarray(at, at + classes)))
    }
    return rocAuc(truth, scores)
  })
  return areas.reduce((a, b) => a + b, 0) / areas.length
}
