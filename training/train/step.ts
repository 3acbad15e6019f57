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
import type { TrainingSettings } from '../models/definition.ts'
import { type Batch, UNKNOWN } from './batches.ts'
import { guidanceLoss } from './guidance.ts'
import { halve } from './progressive.ts'

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
 * @returns the cross-entropy, which guided attention is not part of, how many samples had a label, and how many of
 * those were right
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
        if (!batch.lungs || !maps || settings.guidance === 0) return cost
        const [, height, width] = model.outputs[1].shape as number[]
        const lungs = tensor3d(batch.lungs, [batch.labels.length, height, width])
        return cost.add(guidanceLoss(maps, lungs, labels).mul(settings.guidance)) as Scalar
      },
      false,
      variables,
    )
    if (settings.optimizer === 'adamw') decay(variables, rate * settings.weightDecay)
    return { loss, correct, known: batch.labels.filter((label) => label !== UNKNOWN).length }
  })
}

/**
 * Mean cross-entropy with label smoothing (Szegedy et al. 2016), of log-probabilities `[batch, classes]`. Of an `UNKNOWN`
 * sample every class is as likely.
 */
export function crossEntropy(
  logProbabilities: Tensor2D,
  labels: Tensor1D,
  smoothing = 0,
  classWeights?: number[],
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

function decay(variables: Variable[], amount: number): void {
  const keep = scalar(1 - amount)
  for (const variable of variables) if (variable.rank > 1) variable.assign(variable.mul(keep))
}
