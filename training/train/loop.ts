/** The training loop: from batches to the best weights, with a checkpoint after every epoch. */
import { tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TrainingSettings } from '../networks/definition.ts'
import { useNativeReluGradients } from '../networks/native-kernels.ts'
import type { Batches } from './batches.ts'
import { type Checkpoint, packCheckpoint, restoreCheckpoint } from './checkpoint.ts'
import { notStarted, observe } from './early-stopping.ts'
import type { EpochRecord, History } from './history.ts'
import { createMovingAverage } from './moving-average.ts'
import { createOptimizer } from './optimizers.ts'
import { isHalfSize } from './progressive.ts'
import { learningRateAt } from './schedule.ts'
import { logitsOf } from './step.ts'
import { createStepper, type Stepper } from './stepper.ts'
import { readWeights, writeWeights } from './weights.ts'

/** How a training ends: out of epochs, out of patience, or asked to stop. */
type Ending = 'finished' | 'stopped early' | 'interrupted'

/** The loss is no number any more: nothing that follows would be. */
export class DivergedError extends Error {}
const ADVICE = 'try a lower learning rate'

/** How far an epoch is: its steps, the mean loss so far, and the speed. */
export type StepRecord = { done: number; total: number; loss: number; imagesPerSecond: number }

/** What a training tells while it goes on. */
export type LoopEvents = {
  /** After each step. */
  onStep?(step: StepRecord): void
  /** After each epoch and its checkpoint. */
  onEpoch?(record: EpochRecord, isBest: boolean, history: History): void | Promise<void>
  /** Once, if the steps cannot be compiled into graphs: why not. */
  onUntraceable?(why: string): void
  /** Asked before each step; once it is true the training ends with the best weights so far. */
  isInterrupted?(): boolean
}

export type LoopOptions = LoopEvents & {
  settings: TrainingSettings
  /** What a checkpoint must be of to be gone on from: command, data set. */
  identity?: string
  batches: Batches
  /** Computes loss and accuracy on the validation part with the weights the model has now. */
  validate(): { loss: number; accuracy: number }
  /** Weight of each class in the loss; all 1 if left out. */
  classWeights?: number[]
  checkpoint?: Checkpoint
}

/**
 * Trains a model in place and leaves it with its best weights (their moving average where `ema` is on).
 *
 * @returns every epoch, the best of them (0 if there is none), and how the training ended
 * @throws DivergedError if the loss is no longer a number
 * @throws UsageError if the checkpoint is of another training
 */
export async function trainLoop(
  model: LayersModel,
  options: LoopOptions,
): Promise<{ history: History; bestEpoch: number; ending: Ending }> {
  const { settings, checkpoint, identity = '' } = options
  const network = logitsOf(model)
  const optimizer = createOptimizer(settings.optimizer, settings.learningRate)
  useNativeReluGradients()
  const average = settings.ema > 0 ? createMovingAverage(model, settings.ema) : undefined
  const trained = { optimizer, averages: average?.averages }
  let history: History = []
  let stopping = notStarted
  let best = readWeights(model)
  let step = 0

  const saved = await checkpoint?.load()
  if (saved) {
    const restored = await restoreCheckpoint(saved, { model, ...trained }, identity)
    ;({ history, stopping, best } = restored)
    step = restored.step
  }
  const { classWeights, onUntraceable } = options
  const stepper = createStepper(
    { model: network, optimizer, settings, classWeights, average },
    { onUntraceable },
  )
  const hasEnded = () => stopping.waited >= settings.patience || history.length >= settings.epochs

  try {
    while (!hasEnded()) {
      const epoch = history.length + 1
      const figures = await trainEpoch(stepper, { epoch, step }, options)
      if (!figures) return end('interrupted')
      step += options.batches.perEpoch

      const current = readWeights(model)
      if (average) tidy(() => model.setWeights(average.averages))
      const validation = options.validate()
      if (!Number.isFinite(validation.loss))
        throw new DivergedError(`the validation loss became ${validation.loss} in epoch ${epoch}; ${ADVICE}.`)
      const { minDelta } = settings
      const observed = observe(stopping, { epoch, loss: validation.loss, minDelta })
      // What an epoch at half size brings shows at full size only.
      stopping = isHalfSize(epoch, settings) ? { ...observed, waited: 0 } : observed
      const isBest = stopping.bestEpoch === epoch
      if (isBest) best = readWeights(model)
      writeWeights(model, current)
      const record = { epoch, ...figures, valLoss: validation.loss, valAccuracy: validation.accuracy }
      history = [...history, record]
      const state = { identity, history, stopping, step, current, best }
      await checkpoint?.save(await packCheckpoint(state, trained))
      await options.onEpoch?.(record, isBest, history)
    }
    return end(stopping.waited >= settings.patience ? 'stopped early' : 'finished')
  } finally {
    stepper.dispose()
    optimizer.dispose()
    average?.dispose()
  }

  function end(ending: Ending) {
    if (stopping.bestEpoch > 0) writeWeights(model, best)
    return { history, bestEpoch: stopping.bestEpoch, ending }
  }
}

/**
 * Takes the steps of one epoch; undefined if interrupted in it.
 *
 * @param place the epoch, counted from 1, and the steps that were taken before it
 */
async function trainEpoch(
  stepper: Stepper,
  { epoch, step: before }: { epoch: number; step: number },
  { settings, batches, onStep, isInterrupted }: LoopOptions,
) {
  const started = performance.now()
  const halfSize = isHalfSize(epoch, settings)
  let [step, images, known, lossSum, correct, rate] = [0, 0, 0, 0, 0, 0]
  for await (const batch of batches.epoch(epoch)) {
    if (isInterrupted?.()) return undefined
    rate = learningRateAt(epoch - 1 + step / batches.perEpoch, settings)
    const result = stepper.take(batch, { rate, step: before + step + 1, halfSize })
    if (!Number.isFinite(result.loss)) {
      throw new DivergedError(
        `the loss became ${result.loss} in epoch ${epoch}, step ${step + 1} (learning rate ${rate.toPrecision(3)}); ${ADVICE}.`,
      )
    }
    step++
    images += batch.labels.length
    lossSum += result.loss * batch.labels.length
    correct += result.correct
    known += result.known
    onStep?.({
      done: step,
      total: batches.perEpoch,
      loss: lossSum / images,
      imagesPerSecond: images / ((performance.now() - started) / 1000),
    })
  }
  const seconds = (performance.now() - started) / 1000
  return {
    loss: lossSum / images,
    accuracy: correct / Math.max(1, known),
    learningRate: rate,
    seconds,
    imagesPerSecond: images / seconds,
  }
}
