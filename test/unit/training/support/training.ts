/** A small network, settings and batches, for tests that train. */
import { type AdamOptimizer, train } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import {
  type Hyperparameters,
  STUDENT_TRAINING,
  type TrainingSettings,
} from '@zoidberg/training/networks/definition.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import type { Batch, Batches } from '@zoidberg/training/train/batches.ts'
import { createStepper } from '@zoidberg/training/train/stepper.ts'

export const size = { height: 32, width: 32 }

/** A residual network of three classes; the same weights every time. */
export const smallResnet = (hyperparameters: Hyperparameters = {}, side = size) =>
  networkNamed('resnet').build({
    hyperparameters: { width: 4, blocks: 1, dropout: 0.3, ...hyperparameters },
    size: side,
    classes: 3,
    seed: 3,
  })

export const settings: TrainingSettings = {
  ...STUDENT_TRAINING,
  epochs: 4,
  batchSize: 8,
  ema: 0.9,
  optimizer: 'adamw',
  weightDecay: 0.01,
  schedule: 'cosine',
  warmup: 1,
  labelSmoothing: 0.1,
}

/** The same few random batches every time. */
export function fixedBatches(perEpoch = 3, value = (i: number) => (i * 7919) % 255): Batches {
  return {
    perEpoch,
    async *epoch(epoch) {
      for (let b = 0; b < perEpoch; b++)
        yield {
          images: Float32Array.from({ length: 8 * 32 * 32 }, (_, i) => value(i + b + epoch)),
          labels: Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1]),
        }
    },
    close: async () => {},
  }
}

type Step = { batch: Batch; settings: TrainingSettings; rate: number; halfSize?: boolean }

/** One step, kernel by kernel. */
export const trainStep = (
  model: LayersModel,
  { batch, settings, rate, halfSize }: Step,
  optimizer: AdamOptimizer = train.adam(),
) =>
  createStepper({ model, optimizer, settings }, { isCompiled: false }).take(batch, {
    rate,
    step: 1,
    halfSize,
  })
