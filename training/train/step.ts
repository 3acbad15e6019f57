/** One step of training: loss, gradient, Adam or AdamW. */
import {
  type AdamOptimizer,
  oneHot,
  type Scalar,
  scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor3d,
  tensor4d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import { type LayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { TrainingSettings } from '../networks/definition.ts'
import { attentionGuidanceLoss } from './attention-guidance.ts'
import { type Batch, UNKNOWN } from './batches.ts'
import { halve } from './progressive.ts'

/**
 * Cuts a network off before its softmax. A loss on probabilities has no gradient where they round to 0 or 1: a network that
 * is thrown there by an early step would never come back.
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

export type StepOptions = {
  batch: Batch
  settings: TrainingSettings
  /** Learning rate of this step. */
  rate: number
  /** Whether the network sees the batch at half its size, which only one without dense layers can. */
  halfSize?: boolean
  /** Weight of each class in the loss; all 1 if left out. */
  classWeights?: number[]
}

/**
 * Takes one step of Adam or AdamW on one batch.
 *
 * @param model ends in logits, as `logitsOf` gives it
 * @returns the cross-entropy, which attention guidance is not part of, how many samples had a label, and how many of those
 *   were right
 */
export function trainStep(
  model: LayersModel,
  optimizer: AdamOptimizer,
  { batch, settings, rate, halfSize = false, classWeights }: StepOptions,
): { loss: number; correct: number; known: number } {
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
        const { labelSmoothing: smoothing } = settings
        const cost = crossEntropy(logits.logSoftmax(), labels, { smoothing, classWeights })
        loss = cost.dataSync()[0]
        if (!batch.lungs || !maps || settings.guidance === 0) return cost
        const [, height, width] = model.outputs[1].shape as number[]
        const lungs = tensor3d(batch.lungs, [batch.labels.length, height, width])
        return cost.add(attentionGuidanceLoss(maps, lungs, labels).mul(settings.guidance)) as Scalar
      },
      false,
      variables,
    )
    if (settings.optimizer === 'adamw') decay(variables, rate * settings.weightDecay)
    return { loss, correct, known: batch.labels.filter((label) => label !== UNKNOWN).length }
  })
}

/**
 * Computes the mean cross-entropy with label smoothing (Szegedy et al. 2016). Of an `UNKNOWN` sample every class is as likely.
 *
 * @param logProbabilities `[batch, classes]`
 * @param labels class indices or `UNKNOWN`, `[batch]`
 * @param options the share of the target, from 0 to 1, that all classes get alike; the weight of each class, all 1 if left out
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
function decay(variables: Variable[], amount: number): void {
  const keep = scalar(1 - amount)
  for (const variable of variables) if (variable.rank > 1) variable.assign(variable.mul(keep))
}
