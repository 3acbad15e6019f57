/** What a network in this folder declares: hyperparameters on top, then the layers, then how it trains. */

import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import type { Augmentation } from '../augmentation/augmentation.ts'
import type { Space } from '../space/space.ts'

export type Hyperparameters = Record<string, number>

/** What trains a network; training/train/optimizers.ts makes them. */
export const OPTIMIZERS = ['adam', 'adamw', 'rmsprop', 'sgd'] as const
export type OptimizerName = (typeof OPTIMIZERS)[number]

export type TrainingSettings = {
  epochs: number
  batchSize: number
  optimizer: OptimizerName
  /** Decoupled (Loshchilov & Hutter 2019), on kernels only; used by `adamw`. */
  weightDecay: number
  learningRate: number
  schedule: 'constant' | 'cosine'
  /** Epochs of linear warm-up before the schedule. */
  warmup: number
  labelSmoothing: number
  /** Decay of the exponential moving average of the weights; 0 trains without one. */
  ema: number
  /** `sampling` draws every class equally often, `weights` weighs the loss instead. */
  balance: 'none' | 'sampling' | 'weights'
  augmentation: Augmentation
  /** Share of the epochs, from 0 to 1, that are trained at half the size before the others. */
  halfSize: number
  /** Stops when validation loss has not fallen by `minDelta` for `patience` epochs. */
  minDelta: number
  patience: number
  /**
   * Attention guidance (Li et al. 2018): the weight of a loss term that wants the evidence of pneumonia to lie in the
   * lungs. For networks with an activation map; 0 trains without it.
   */
  guidance: number
  /**
   * Masked lungs: the probability, from 0 to 1, that a training sample's lungs are painted over and its target is
   * uniform over the classes, so that what is left of the image is no evidence. For networks with an activation map; 0
   * trains without it.
   */
  hiddenLungs: number
}

export type NetworkDefinition = {
  name: string
  summary: string
  task: Task
  size: Size
  hyperparameters: Hyperparameters
  training: TrainingSettings
  /** What `zoidberg tune` may change: hyperparameters and training settings by name. */
  space: Space
  /**
   * Builds the layers.
   *
   * @param options the hyperparameters, the size of the input, how many classes, and the seed of the initial weights
   * @returns a model from gray values 0..255, `[batch, height, width, 1]`, to probabilities, `[batch, classes]`, and to
   *   an activation map of logits, `[batch, h, w, classes]`, where the network has one
   */
  build(options: { hyperparameters: Hyperparameters; size: Size; classes: number; seed: number }): LayersModel
  /** Reads what other images taught the layers, by their names; a network without it starts from chance. */
  pretrained?(): Promise<Map<string, Tensor[]>>
}

/**
 * Finds the size of a network's input.
 *
 * @param side of the square, in pixels; the network's own size if left out
 * @returns the size, in pixels
 */
export const inputSize = ({ size }: NetworkDefinition, side?: number): Size =>
  side ? { height: side, width: side } : size

/** The student report's settings: Adam, at most 100 epochs, batches of 32, early stopping on validation loss. */
export const STUDENT_TRAINING: TrainingSettings = {
  epochs: 100,
  batchSize: 32,
  optimizer: 'adam',
  weightDecay: 0,
  learningRate: 1e-3,
  schedule: 'constant',
  warmup: 0,
  labelSmoothing: 0,
  ema: 0,
  balance: 'none',
  augmentation: {},
  halfSize: 0,
  minDelta: 0.001,
  patience: 20,
  guidance: 0,
  hiddenLungs: 0,
}

export const STUDENT_SIZE: Size = { height: 180, width: 180 }
export const GRAY_TO_UNIT = 1 / 255
