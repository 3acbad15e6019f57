/** From the values of a trial to its learning curve: short trainings scored on images that the trial does not see. */
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { positiveProbability, TASKS, type Task } from '@zoidberg/core/contract/labels.ts'
import { toBatch } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { type Dataset, truthOf } from '../dataset/dataset.ts'
import { SHIFTS } from '../evaluation/shifts.ts'
import { rocAuc } from '../metrics/binary.ts'
import type { ModelDefinition } from '../models/definition.ts'
import { withOverrides } from '../models/settings.ts'
import { type Split, splitDigest } from '../run/config.ts'
import { type History, trainLoop } from '../train/loop.ts'
import { planTraining } from '../train/plan.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Train } from './search.ts'
import type { Values } from './space.ts'
import type { Trial } from './trials.ts'

/** Plain validation is saturated, so trials are scored on it and on the two copies that tell networks apart. */
export const SCORED_SHIFTS = ['plain', 'border removed', 'further away']
const BATCH = 64

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

/** @param split of which the validation side is only scored on */
export async function createTrainer(dataset: Dataset, split: Split, config: TrainerConfig): Promise<Train> {
  const { size } = config
  const copies = await Promise.all(
    SCORED_SHIFTS.map((name) =>
      Promise.all(
        split.validation.map(async (sample) => SHIFTS[name](dataset.pixels(sample), size, sample.label)),
      ),
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
  split: Split,
  copies: Uint8Array[][],
  { definition, size, task, seed, checkpoints }: TrainerConfig,
  trial: Trial,
  execution: number,
  onEpoch: (curve: number[]) => Promise<boolean>,
): Promise<{ curve: number[]; complete: boolean }> {
  const { train, validation } = split
  const { hyperparameters, settings } = withOverrides(definition, overridesOf(trial.values))
  const ownSeed = seed + execution
  const model = definition.build({ hyperparameters, size, classes: TASKS[task].length, seed: ownSeed })
  const { batches, classWeights } = planTraining(model, dataset, train, task, settings, ownSeed)
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
        halfSize: 0,
      },
      identity: JSON.stringify([
        hyperparameters,
        settings,
        dataset.fingerprint,
        splitDigest(split),
        size,
        task,
        ownSeed,
      ]),
      batches,
      classWeights,
      checkpoint: {
        load: async () =>
          (await checkpoints.load(nameOf(trial.id))) ??
          (trial.from === null ? undefined : checkpoints.load(nameOf(trial.from))),
        save: (bytes) => checkpoints.save(nameOf(trial.id), bytes),
      },
      validate: () => {
        const score = scoreOf(model, copies, dataset.size, truthOf(validation))
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
