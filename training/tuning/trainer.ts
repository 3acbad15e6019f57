/** From the values of a trial to its learning curve: short trainings scored on images that the trial does not see. */
import { tidy } from '@tensorflow/tfjs-core'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { toBatch } from '@zoidberg/core/engines/tfjs.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { classIndex, type Dataset, labelsOf } from '../dataset/dataset.ts'
import { type Split, splitDigest } from '../dataset/split.ts'
import { PERTURBATIONS } from '../evaluation/perturbations.ts'
import type { NetworkDefinition } from '../networks/definition.ts'
import { recipeWith } from '../networks/recipe.ts'
import type { Checkpoints } from '../run/checkpoints.ts'
import { mean } from '../statistics/descriptive.ts'
import { createForward, type Forward } from '../train/forward.ts'
import type { History } from '../train/history.ts'
import { trainLoop } from '../train/loop.ts'
import { planTraining } from '../train/plan.ts'
import { OBJECTIVES, type Objective } from './objectives.ts'
import type { TrainTrial } from './search.ts'
import type { Trial } from './trials.ts'

/** Plain validation is saturated, so trials are scored on it and on the two perturbations that tell networks apart. */
export const SCORED_PERTURBATIONS = ['plain', 'border removed', 'further away']
const BATCH = 64

export type TrainerConfig = {
  definition: NetworkDefinition
  size: Size
  task: Task
  objective: Objective
  /** Trainings of a trial, with other seeds; their curves are averaged. */
  executions: number
  seed: number
  checkpoints: Checkpoints
}

/** What all trials share: data, and the validation images under each scored perturbation. */
type Shared = { dataset: Dataset; split: Split; perturbed: Uint8Array[][]; config: TrainerConfig }

/**
 * Prepares the trainings of a search.
 *
 * @param split of which the validation side is only scored on
 * @returns what trains a trial, with the mean of the objective over the perturbations as the score of an epoch
 */
export async function createTrainer(
  dataset: Dataset,
  split: Split,
  config: TrainerConfig,
): Promise<TrainTrial> {
  const perturbed = await Promise.all(
    SCORED_PERTURBATIONS.map((name) =>
      Promise.all(
        split.validation.map(async (sample) =>
          PERTURBATIONS[name](dataset.pixels(sample), config.size, sample.positive),
        ),
      ),
    ),
  )
  const shared = { dataset, split, perturbed, config }
  return async (trial, onEpoch) => {
    const curves: number[][] = []
    for (let execution = 0; execution < config.executions; execution++) {
      const done = await trainOnce(shared, { trial, execution }, (curve) =>
        onEpoch(meanCurve([...curves, curve])),
      )
      curves.push(done.curve)
      if (!done.complete) return { curve: meanCurve(curves), complete: false }
    }
    return { curve: meanCurve(curves), complete: true }
  }
}

/** @returns epoch by epoch the mean over the curves that got there */
export function meanCurve(curves: number[][]): number[] {
  const length = Math.max(0, ...curves.map((curve) => curve.length))
  return Array.from({ length }, (_, epoch) =>
    mean(curves.flatMap((curve) => (epoch < curve.length ? [curve[epoch]] : []))),
  )
}

async function trainOnce(
  { dataset, split, perturbed, config }: Shared,
  { trial, execution }: { trial: Trial; execution: number },
  onEpoch: (curve: number[]) => Promise<boolean>,
): Promise<{ curve: number[]; complete: boolean }> {
  const { definition, size, task, objective, checkpoints } = config
  const labels = labelsOf(dataset, task)
  const { train, validation } = split
  const { hyperparameters, settings } = recipeWith(definition, trial.values)
  const seed = config.seed + execution
  const model = definition.build({ hyperparameters, size, classes: labels.length, seed })
  const selection = { dataset, samples: train }
  const { batches, classWeights } = planTraining(model, selection, { labels, settings, seed })
  const nameOf = (id: number) => `trial-${id}-${execution}.bin`
  const forward = createForward(model)
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
        seed,
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
        const truth = validation.map((sample) => classIndex(sample, labels))
        const score = scoreOf(forward, { perturbed, size: dataset.size, truth, objective })
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
    forward.dispose()
    model.dispose()
  }
}

type Scored = { perturbed: Uint8Array[][]; size: Size; truth: number[]; objective: Objective }

/** Mean of the objective over the perturbations. */
function scoreOf(forward: Forward, { perturbed, size, truth, objective }: Scored): number {
  const scores = perturbed.map((images) => {
    const probabilities: Float32Array[] = []
    for (let i = 0; i < images.length; i += BATCH) {
      let rows: Float32Array = new Float32Array()
      let classes = 0
      tidy(() => {
        const [probabilities] = forward.run(toBatch(images.slice(i, i + BATCH), size))
        rows = probabilities.dataSync() as Float32Array
        classes = probabilities.shape[1] as number
      })
      for (let at = 0; at < rows.length; at += classes) probabilities.push(rows.subarray(at, at + classes))
    }
    return OBJECTIVES[objective]({ truth, probabilities })
  })
  return mean(scores)
}
