/** The training loop: from batches to the best weights, with a checkpoint after every epoch. */
import {
  type AdamOptimizer,
  oneHot,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor3d,
  tensor4d,
  tidy,
  train,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import { type LayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { TrainingSettings } from '../models/definition.ts'
import { clock } from '../models/dropout.ts'
import type { Batch, Batches } from './batches.ts'
import { notStarted, observe, type StoppingState } from './early-stopping.ts'
import { guidanceLoss } from './guidance.ts'
import { useNativeReluGradient } from './native.ts'
import { halve, isHalfSize } from './progressive.ts'
import { learningRateAt } from './schedule.ts'
import { packTensors, readWeights, unpackTensors, type Weights, writeWeights } from './weights.ts'

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
export type Ending = 'finished' | 'stopped early' | 'interrupted'

export class DivergedError extends Error {}
export class CheckpointError extends Error {}

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

/**
 * Trains a model in place and leaves it with its best weights (their moving average where `ema` is on).
 *
 * @throws DivergedError if the loss is no longer a number
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
      throw new CheckpointError(
        `the checkpoint is of "${header.identity}", not of "${options.identity ?? ''}".`,
      )
    }
    ;({ history, stopping } = header)
    clock.step = header.step
    const { optimizer: o, weights: w } = header.counts
    const arrays = tensors.slice(o).map((t) => t.dataSync() as Float32Array)
    await optimizer.setWeights(tensors.slice(0, o).map((t, i) => ({ name: String(i), tensor: t })))
    writeWeights(model, arrays.slice(0, w))
    best = arrays.slice(w, 2 * w)
    average?.averages.forEach((variable, i) =>
      variable.assign(tensors[o + 2 * w + i].reshape(variable.shape)),
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
  let [step, images, lossSum, correct, rate] = [0, 0, 0, 0, 0]
  for await (const batch of batches.epoch(epoch)) {
    if (isInterrupted?.()) return undefined
    rate = learningRateAt(epoch - 1 + step / batches.perEpoch, settings)
    const result = trainStep(model, optimizer, batch, settings, { rate, halfSize, classWeights })
    if (!Number.isFinite(result.loss)) {
      const advice = 'try a lower learning rate'
      throw new DivergedError(
        `the loss became ${result.loss} in epoch ${epoch}, step ${step + 1} (learning rate ${rate.toPrecision(3)}); ${advice}.`,
      )
    }
    clock.step++
    average?.follow(clock.step)
    step++
    images += batch.labels.length
    lossSum += result.loss * batch.labels.length
    correct += result.correct
    onStep?.(step, batches.perEpoch, lossSum / images, images / ((performance.now() - started) / 1000))
  }
  const seconds = (performance.now() - started) / 1000
  return {
    loss: lossSum / images,
    accuracy: correct / images,
    learningRate: rate,
    seconds,
    imagesPerSecond: images / seconds,
  }
}

/**
 * The same network up to the input of its softmax, and its activation map where it has one. A loss on probabilities has
 * no gradient where they round to 0 or 1: a network that is thrown there by an early step would never come back.
 */
export function logitsOf(network: LayersModel): LayersModel {
  const softmax = network.layers.find((layer) => layer.getClassName() === 'Softmax')
  if (!softmax) throw new Error(`${network.name} does not end in a softmax layer`)
  const [, ...map] = network.outputs
  return layersModel({ inputs: network.inputs, outputs: [softmax.input as SymbolicTensor, ...map] })
}

type StepOptions = {
  /** Learning rate. */
  rate: number
  /** Whether the network sees the batch at half its size, which only one without dense layers can. */
  halfSize?: boolean
  classWeights?: number[]
}

/**
 * One step of Adam or AdamW on one batch, of a network that ends in logits.
 *
 * @returns the cross-entropy, which guided attention is not part of, and how many were right
 */
export function trainStep(
  model: LayersModel,
  optimizer: AdamOptimizer,
  batch: Batch,
  settings: TrainingSettings,
  { rate, halfSize = false, classWeights }: StepOptions,
) {
  const [inputShape] = model.inputs.map((symbol) => symbol.shape)
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable)
  Object.assign(optimizer, { learningRate: rate }) // protected in its types, yet meant to change
  return tidy(() => {
    const size = inputShape.slice(1, 3) as [number, number]
    const images = tensor4d(batch.images, [batch.labels.length, ...size, 1])
    const x = halfSize ? halve(images) : images
    const labels = tensor1d(batch.labels, 'int32')
    let [loss, correct] = [0, 0]
    optimizer.minimize(
      () => {
        const [logits, maps] = [model.apply(x, { training: true })].flat() as [Tensor2D, Tensor4D?]
        correct = (logits.argMax(1).equal(labels).sum().dataSync() as Int32Array)[0]
        const cost = crossEntropy(logits.logSoftmax(), labels, settings.labelSmoothing, classWeights)
        loss = cost.dataSync()[0]
        if (!batch.lungs || !maps) return cost
        const [, height, width] = model.outputs[1].shape as number[]
        const lungs = tensor3d(batch.lungs, [batch.labels.length, height, width])
        return cost.add(guidanceLoss(maps, lungs, labels).mul(settings.guidance)) as Scalar
      },
      false,
      variables,
    )
    if (settings.optimizer === 'adamw') decay(variables, rate * settings.weightDecay)
    return { loss, correct }
  })
}

/** Mean cross-entropy with label smoothing (Szegedy et al. 2016), of log-probabilities `[batch, classes]`. */
export function crossEntropy(
  logProbabilities: Tensor2D,
  labels: Tensor1D,
  smoothing = 0,
  classWeights?: number[],
): Scalar {
  return tidy(() => {
    const classes = logProbabilities.shape[1]
    const hard = oneHot(labels, classes).toFloat()
    const target = hard.mul(1 - smoothing).add(smoothing / classes)
    const each = logProbabilities.mul(target).sum(1).neg()
    const weighted = classWeights ? each.mul(hard.mul(tensor1d(classWeights)).sum(1)) : each
    return weighted.mean() as Scalar
  })
}

function decay(variables: Variable[], amount: number): void {
  const keep = scalar(1 - amount)
  for (const variable of variables) if (variable.rank > 1) variable.assign(variable.mul(keep))
}

/** Exponential moving average of the weights (Polyak & Juditsky 1992), quick at first; stays in the engine. */
function createAverage(model: LayersModel, limit: number) {
  const weights = () => model.weights.map((weight) => weight.read())
  const averages = weights().map((weight) => variable(weight, false))
  return {
    averages,
    follow: (step: number) =>
      tidy(() => {
        const keep = Math.min(limit, (1 + step) / (10 + step))
        weights().forEach((weight, i) => averages[i].assign(averages[i].mul(keep).add(weight.mul(1 - keep))))
      }),
    dispose: () => averages.forEach((average) => average.dispose()),
  }
}
