/** One step of training: loss, gradient, optimizer. */
import {
  keep,
  type Optimizer,
  oneHot,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tensor3d,
  tensor4d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import { type LayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { TrainingSettings } from '../networks/definition.ts'
import { dropoutClock } from '../networks/seeded-dropout.ts'
import { attentionGuidanceLoss } from './attention-guidance.ts'
import type { Batch } from './batches.ts'
import type { MovingAverage } from './moving-average.ts'
import { setLearningRate, slotsOf } from './optimizers.ts'
import { halve } from './progressive.ts'

/**
 * Cuts a network off before its softmax. A loss on probabilities has no gradient where they round to 0 or 1: a network
 * that is thrown there by an early step would never come back.
 *
 * @returns a model on the same weights, from images to logits, and to the activation map where the network has one
 * @throws Error if the network does not end in a softmax layer
 */
export function logitsOf(network: LayersModel): LayersModel {
  const softmax = network.layers.find((layer) => layer.getClassName() === 'Softmax')
  if (!softmax) throw new Error(`${network.name} does not end in a softmax layer`)
  const [, ...map] = network.outputs
  return layersModel({ inputs: network.inputs, outputs: [softmax.input as SymbolicTensor, ...map] })
}

/** What stays the same in all steps of a training. */
export type Stepping = {
  /** Ends in logits, as `logitsOf` gives it. */
  model: LayersModel
  optimizer: Optimizer
  settings: TrainingSettings
  /** Weight of each class in the loss; all 1 if left out. */
  classWeights?: number[]
  /** Follows the weights after each step. */
  average?: MovingAverage
}

/**
 * @property images gray values 0..255, `[batch, height, width, 1]`
 * @property labels class indices or `UNKNOWN`, `[batch]`
 * @property lungs shares of lung, `[batch, height, width]` of the map's cells
 * @property clock the step, counted from 0, that dropout draws by: an int32 scalar
 */
export type StepInputs = { images: Tensor; labels: Tensor; lungs?: Tensor; clock: Tensor }

/** Numbers that change from step to step; what depends on the learning rate is a number of its own. */
export type StepNumbers = { rate: number; weightsKept?: number; averageKept?: number; weightsTaken?: number }

/**
 * @param step counted from 1
 * @returns what a step of this learning rate calculates with
 */
export function numbersOf({ settings, average }: Stepping, rate: number, step: number): StepNumbers {
  const averageKept = average?.keptAt(step)
  return {
    rate,
    ...(settings.optimizer === 'adamw' ? { weightsKept: 1 - rate * settings.weightDecay } : {}),
    ...(averageKept === undefined ? {} : { averageKept, weightsTaken: 1 - averageKept }),
  }
}

/** @returns the tensors of a batch, to be disposed */
export function inputsOf(model: LayersModel, batch: Batch, step: number): StepInputs {
  const [, height, width] = model.inputs[0].shape as number[]
  const images = tensor4d(batch.images, [batch.labels.length, height, width, 1])
  const labels = tensor1d(batch.labels, 'int32')
  const clock = scalar(step, 'int32')
  if (!batch.lungs || model.outputs.length < 2) return { images, labels, clock }
  const [, rows, columns] = model.outputs[1].shape as number[]
  return { images, labels, clock, lungs: tensor3d(batch.lungs, [batch.labels.length, rows, columns]) }
}

/**
 * Takes one step: changes the weights, the optimizer's own variables and the average. It reads no value, so
 * that it can be traced into a graph.
 *
 * @param halfSize whether the network sees the batch at half its size, which only one without dense layers can
 * @returns the cross-entropy, which attention guidance is not part of, and how many samples were right, as scalars
 */
export function takeStep(
  { model, optimizer, settings, classWeights, average }: Stepping,
  { images, labels, lungs, clock }: StepInputs,
  numbers: StepNumbers,
  halfSize: boolean,
): [loss: Tensor, correct: Tensor] {
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable)
  setLearningRate(optimizer, numbers.rate)
  dropoutClock.tensor = clock
  const figures: Tensor[] = []
  optimizer.minimize(
    () => {
      const x = halfSize ? halve(images as Tensor4D) : images
      const [logits, maps] = [model.apply(x, { training: true })].flat() as [Tensor2D, Tensor4D?]
      const correct = logits.argMax(1).equal(labels).sum()
      const { labelSmoothing: smoothing } = settings
      const cost = crossEntropy(logits.logSoftmax(), labels as Tensor1D, { smoothing, classWeights })
      figures.push(keep(cost.clone()), keep(correct))
      if (!lungs || !maps || settings.guidance === 0) return cost
      const guidance = attentionGuidanceLoss(maps, lungs as Tensor3D, labels as Tensor1D)
      return cost.add(guidance.mul(settings.guidance)) as Scalar
    },
    false,
    variables,
  )
  if (numbers.weightsKept !== undefined) decay(variables, numbers.weightsKept)
  if (numbers.averageKept !== undefined && numbers.weightsTaken !== undefined)
    average?.follow(numbers.averageKept, numbers.weightsTaken)
  return figures as [Tensor, Tensor]
}

/** @returns all that a step changes; the optimizer has its own from its first step on */
export function variablesOf({ model, optimizer, average }: Stepping): Variable[] {
  const weights = model.weights.map((weight) => weight.read() as Variable)
  return [...new Set([...weights, ...slotsOf(optimizer), ...(average?.averages ?? [])])]
}

/**
 * Computes the mean cross-entropy with label smoothing (Szegedy et al. 2016). Of an `UNKNOWN` sample every class is as
 * likely.
 *
 * @param logProbabilities `[batch, classes]`
 * @param labels class indices or `UNKNOWN`, `[batch]`
 * @param options the share of the target, from 0 to 1, that all classes get alike; the weight of each class, all 1 if
 *   left out
 * @returns the mean over the batch
 */
export function crossEntropy(
  logProbabilities: Tensor2D,
  labels: Tensor1D,
  { smoothing = 0, classWeights }: { smoothing?: number; classWeights?: number[] } = {},
): Scalar {
  return tidy(() => {
    const classes = logProbabilities.shape[1]
    const hard = oneHot(labels, classes).toFloat()
    const known = hard.sum(1, true)
    const target = hard.mul(1 - smoothing).add(
      known
        .mul(smoothing - 1)
        .add(1)
        .div(classes),
    )
    const each = logProbabilities.mul(target).sum(1).neg()
    if (!classWeights) return each.mean() as Scalar
    const weights = hard
      .mul(tensor1d(classWeights))
      .sum(1)
      .add(1)
      .sub(known.squeeze([1]))
    return each.mul(weights).mean() as Scalar
  })
}

/** Decoupled weight decay, on kernels only: biases and the parameters of normalisations are vectors. */
function decay(variables: Variable[], kept: number): void {
  for (const variable of variables) if (variable.rank > 1) variable.assign(variable.mul(scalar(kept)))
}
