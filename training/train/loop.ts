/** The training loop: from batches to the best weights, with a checkpoint after every epoch. */
import { type AdamOptimizer, type Tensor, tensor1d, tidy, train } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { UsageError } from '../errors.ts'
import type { TrainingSettings } from '../models/definition.ts'
import { clock } from '../models/dropout.ts'
import { createAverage } from './average.ts'
import type { Batches } from './batches.ts'
import { notStarted, observe, type StoppingState } from './early-stopping.ts'
import { useNativeReluGradient } from './native.ts'
import { isHalfSize } from './progressive.ts'
import { learningRateAt } from './schedule.ts'
import { logitsOf, trainStep } from './step.ts'
import { packTensors, readHeader, readWeights, unpackTensors, type Weights, writeWeights } from './weights.ts'

export type EpochRecord = {
  epoch: number
  loss: number
  accuracy: number
  valLoss: number
  valAccuracy: number
  learningRate: number
  seconds: number
  imagesPerSecond: number
}
export type History = EpochRecord[]

/** How a run ends besides running out of epochs. */
type Ending = 'finished' | 'stopped early' | 'interrupted'

export class DivergedError extends Error {}
const ADVICE = 'try a lower learning rate'

export type LoopOptions = {
  settings: TrainingSettings
  /** What a checkpoint must be of to be gone on from: command, data set. */
  identity?: string
  batches: Batches
  /** Loss and accuracy on the validation part with the weights the model has now. */
  validate(): { loss: number; accuracy: number }
  /** Weight of each class in the loss; all 1 if left out. */
  classWeights?: number[]
  checkpoint?: { load(): Promise<Uint8Array | undefined>; save(bytes: Uint8Array): Promise<void> }
  onStep?(done: number, total: number, loss: number, imagesPerSecond: number): void
  onEpoch?(record: EpochRecord, isBest: boolean, history: History): void | Promise<void>
  isInterrupted?(): boolean
}

type Header = {
  identity: string
  history: History
  stopping: StoppingState
  step: number
  counts: { optimizer: number; weights: number }
}

/** @returns how many epochs a checkpoint has behind it. @throws Error if it is cut off */
export const epochsIn = (checkpoint: Uint8Array): number => readHeader<Header>(checkpoint).history.length

/**
 * Trains a model in place and leaves it with its best weights (their moving average where `ema` is on).
 *
 * @throws DivergedError if the loss is no longer a number, UsageError if the checkpoint is of another training
 */
export async function trainLoop(
  model: LayersModel,
  options: LoopOptions,
): Promise<{ history: History; bestEpoch: number; ending: Ending }> {
  const { settings, checkpoint } = options
  const network = logitsOf(model)
  const optimizer = train.adam(settings.learningRate)
  useNativeReluGradient()
  const average = settings.ema > 0 ? createAverage(model, settings.ema) : undefined
  let history: History = []
  let stopping = notStarted
  let best = readWeights(model)
  clock.step = 0

  const saved = await checkpoint?.load()
  if (saved) {
    const { header, tensors } = unpackTensors<Header>(saved)
    if (header.identity !== (options.identity ?? '')) {
      throw new UsageError(`the checkpoint is of "${header.identity}", not of "${options.identity ?? ''}".`)
    }
    ;({ history, stopping } = header)
    clock.step = header.step
    const { optimizer: o, weights: w } = header.counts
    const arrays = tensors.slice(o).map((t) => t.dataSync() as Float32Array)
    await optimizer.setWeights(tensors.slice(0, o).map((t, i) => ({ name: String(i), tensor: t })))
    writeWeights(model, arrays.slice(0, w))
    best = arrays.slice(w, 2 * w)
    tidy(() =>
      average?.averages.forEach((variable, i) =>
        variable.assign(tensors[o + 2 * w + i].reshape(variable.shape)),
      ),
    )
    for (const t of tensors) t.dispose()
  }
  const hasEnded = () => stopping.waited >= settings.patience || history.length >= settings.epochs

  try {
    while (!hasEnded()) {
      const epoch = history.length + 1
      const trained = await trainEpoch(network, optimizer, epoch, average, options)
      if (!trained) return end('interrupted')

      const current = readWeights(model)
      if (average) tidy(() => model.setWeights(average.averages))
      const validation = options.validate()
      if (!Number.isFinite(validation.loss))
        throw new DivergedError(`the validation loss became ${validation.loss} in epoch ${epoch}; ${ADVICE}.`)
      const observed = observe(stopping, epoch, validation.loss, settings.minDelta)
      // What an epoch at half size brings shows at full size only.
      stopping = isHalfSize(epoch, settings) ? { ...observed, waited: 0 } : observed
      const isBest = stopping.bestEpoch === epoch
      if (isBest) best = readWeights(model)
      writeWeights(model, current)
      const record = { epoch, ...trained, valLoss: validation.loss, valAccuracy: validation.accuracy }
      history = [...history, record]
      await save(current)
      await options.onEpoch?.(record, isBest, history)
    }
    return end(stopping.waited >= settings.patience ? 'stopped early' : 'finished')
  } finally {
    optimizer.dispose()
    average?.dispose()
  }

  function end(ending: Ending) {
    if (stopping.bestEpoch > 0) writeWeights(model, best)
    return { history, bestEpoch: stopping.bestEpoch, ending }
  }

  async function save(current: Weights): Promise<void> {
    if (!checkpoint) return
    const state = await optimizer.getWeights()
    const arrays = [...current, ...best].map((values) => tensor1d(values))
    const header: Header = {
      identity: options.identity ?? '',
      history,
      stopping,
      step: clock.step,
      counts: { optimizer: state.length, weights: current.length },
    }
    await checkpoint.save(
      await packTensors(header, [
        ...state.map((s) => s.tensor as Tensor),
        ...arrays,
        ...(average?.averages ?? []),
      ]),
    )
    for (const array of arrays) array.dispose()
    state[0].tensor.dispose() // the step counter is made anew by each getWeights
  }
}

/** One epoch of steps; undefined if interrupted in it. */
async function trainEpoch(
  model: LayersModel,
  optimizer: AdamOptimizer,
  epoch: number,
  average: ReturnType<typeof createAverage> | undefined,
  options: LoopOptions,
) {
  const { settings, batches, classWeights, onStep, isInterrupted } = options
  const started = performance.now()
  const halfSize = isHalfSize(epoch, settings)
  let [step, images, known, lossSum, correct, rate] = [0, 0, 0, 0, 0, 0]
  for await (const batch of batches.epoch(epoch)) {
    if (isInterrupted?.()) return undefined
    rate = learningRateAt(epoch - 1 + step / batches.perEpoch, settings)
    const result = trainStep(model, optimizer, batch, settings, { rate, halfSize, classWeights })
    if (!Number.isFinite(result.loss)) {
      throw new DivergedError(
        `the loss became ${result.loss} in epoch ${epoch}, step ${step + 1} (learning rate ${rate.toPrecision(3)}); ${ADVICE}.`,
      )
    }
    clock.step++
    average?.follow(clock.step)
    step++
    images += batch.labels.length
    lossSum += result.loss * batch.labels.length
    correct += result.correct
    known += result.known
    onStep?.(step, batches.perEpoch, lossSum / images, images / ((performance.now() - started) / 1000))
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
