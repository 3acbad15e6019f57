/** One training run, from a data set to a folder that can be served. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TASKS, type Task } from '@zoidberg/core/contract/labels.ts'
import { toBatch } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { classIndex, type Dataset, type Sample } from '../dataset/dataset.ts'
import { InterruptedError, UsageError } from '../errors.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import { type History, type LoopOptions, trainLoop } from '../train/loop.ts'
import { planTraining } from '../train/plan.ts'
import { crossEntropy } from '../train/step.ts'
import { hashedSplit, identityOf, type RunConfig, type Split } from './config.ts'
import { finishRun } from './finish-run.ts'
import { CHECKPOINT, checkpointIn, saveLayers } from './folder.ts'

const VALIDATION_BATCH = 64
const SMALLEST_PROBABILITY = 1e-7

type RunEvents = Pick<LoopOptions, 'onStep' | 'onEpoch' | 'isInterrupted'> & {
  onTrained?(): void | Promise<void>
}

type RunResult = {
  manifest: Manifest
  history: History
  validation: Evaluation
  test: Evaluation | null
  interrupted: boolean
}

/**
 * Trains, exports, calibrates and evaluates one model. A checkpoint is gone on from.
 *
 * @param run an existing folder
 * @param checkpoint where the state after each epoch is kept; in the folder if left out
 */
export async function trainRun(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  events: RunEvents,
  split: Split = hashedSplit(dataset),
  checkpoint: LoopOptions['checkpoint'] = checkpointIn(run),
): Promise<RunResult> {
  const { definition, settings, size, task, seed } = config
  const { train, validation } = split
  assertEveryClass(split, task)

  const model = definition.build({
    hyperparameters: config.hyperparameters,
    size,
    classes: TASKS[task].length,
    seed,
  })
  const { batches, classWeights } = planTraining(model, dataset, train, task, settings, seed)
  const { history, ending, bestEpoch } = await trainLoop(model, {
    ...events,
    settings,
    identity: identityOf(config, dataset, split),
    batches,
    classWeights,
    checkpoint,
    validate: () => validate(model, dataset, validation, task),
  }).finally(() => batches.close())
  if (bestEpoch === 0)
    throw new InterruptedError('interrupted before the first epoch was finished; nothing is saved.')

  await events.onTrained?.()
  await saveLayers(run, model)
  const result = await finishRun(run, dataset, config, [model], { history, bestEpoch }, split)
  model.dispose()
  const interrupted = ending === 'interrupted'
  if (!interrupted) await rm(join(run, CHECKPOINT), { force: true })
  return { ...result, history, interrupted }
}

function validate(
  model: LayersModel,
  dataset: Dataset,
  samples: Sample[],
  task: Task,
): { loss: number; accuracy: number } {
  let [loss, correct] = [0, 0]
  for (let i = 0; i < samples.length; i += VALIDATION_BATCH) {
    const batch = samples.slice(i, i + VALIDATION_BATCH)
    tidy(() => {
      const labels = tensor1d(
        batch.map((sample) => classIndex(sample, task)),
        'int32',
      )
      const [probabilities] = [
        model.apply(toBatch(batch.map(dataset.pixels), dataset.size)),
      ].flat() as Tensor2D[]
      const logarithms = probabilities.clipByValue(SMALLEST_PROBABILITY, 1).log() as Tensor2D
      loss += crossEntropy(logarithms, labels).dataSync()[0] * batch.length
      correct += probabilities.argMax(1).equal(labels).sum().dataSync()[0]
    })
  }
  return { loss: loss / samples.length, accuracy: correct / samples.length }
}

/** @throws UsageError naming a class that there is nothing to learn from, or nothing to judge by */
export function assertEveryClass({ train, validation }: Split, task: Task, where = ''): void {
  for (const [part, samples] of Object.entries({ training: train, validation })) {
    const labels = new Set(samples.map((sample) => classIndex(sample, task)))
    const missing = TASKS[task].find((_, k) => !labels.has(k))
    if (missing)
      throw new UsageError(
        `the ${part} part${where} has no image of ${missing}; add images of more patients.`,
      )
  }
}
