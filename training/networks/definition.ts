/** What a network in this folder declares: hyperparameters on top, then the layers, then how it trains. */

import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import type { Augmentation } from '../augmentation/augmentation.ts'
import type { Space } from '../tuning/space.ts'

export type Hyperparameters = Record<string, number>

export type TrainingSettings = {
  epochs: number
  batchSize: number
  optimizer: 'adam' | 'adamw'
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
  /** Weight of the loss that keeps evidence of pneumonia in the lungs, for networks with an activation map; 0 is without. */
  guidance: number
  /**
   * Probability that a sample's lungs are painted over and its target is uniform over the classes, for networks with an
   * activation map.
   */
  hiddenLungs: number
}

export type ModelDefinition = {
  name: string
  summary: string
  task: Task
  size: Size
  hyperparameters: Hyperparameters
  training: TrainingSettings
  /** What `zoidberg tune` may change: names of hyperparameters and training settings. */
  space: Space
  /** @param seed of the initial weights @returns a model from 0..255 to probabilities (and an activation map) */
  build(options: { hyperparameters: Hyperparameters; size: Size; classes: number; seed: number }): LayersModel
}

/** Of a network's input: a square of `side` pixels, its own if left out. */
export const inputSize = ({ size }: ModelDefinition, side?: number): Size =>
  side ? { height: side, width: side } : size

/** The report's settings (REPORT: Adam, at most 100 epochs, batches of 32, early stopping on validation loss). */
export const REPORT_TRAINING: TrainingSettings = {
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

export const REPORT_SIZE: Size = { height: 180, width: 180 }
export const GRAY_TO_UNIT = 1 / 255
