/**
 * Batches of an epoch, made ahead by a worker thread while TensorFlow computes: reading, augmenting, packing.
 * Only `PREFETCH` batches are in memory, whatever the data set's size.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Size } from '@zoidberg/core/image.ts'
import type { Augmentation } from '../augmentation/augmentation.ts'
import type { LungTemplate } from './lungs.ts'

const PREFETCH = 4

/** The label of a sample whose lungs are masked: no class is right. */
export const UNKNOWN = -1

/** Everything a worker needs to make any batch of any epoch. */
export type BatchPlan = {
  /** Open file of uint8 images, and of each sample the row in it and the class index. */
  file: number
  size: Size
  rows: number[]
  labels: number[]
  batchSize: number
  balance: boolean
  augmentation: Augmentation
  seed: number
  /** Wanted for attention guidance and for masked lungs. */
  lungs?: LungTemplate
}

/**
 * Gray values 0..255, `[labels.length, height, width, 1]`, and class indices or `UNKNOWN`; where lungs are followed, the
 * share of lung in each cell of the map, `[labels.length, grid.height, grid.width]`.
 */
export type Batch = { images: Float32Array; labels: Int32Array; lungs?: Float32Array }

export type Batches = {
  perEpoch: number
  /** Makes the batches of one epoch, counted from 1; the same epoch has the same batches. */
  epoch(epoch: number): AsyncGenerator<Batch>
  /** Ends the worker. */
  close(): Promise<void>
}

/**
 * Starts the worker that makes the batches.
 *
 * @returns the batches of any epoch, to be closed by the caller; an epoch throws what the worker throws
 */
export function createBatches(plan: BatchPlan): Batches {
  const worker = new Worker(new URL('./batches.worker.ts', import.meta.url), { workerData: plan })
  const perEpoch = Math.ceil(plan.rows.length / plan.batchSize)
  let failure: Error | undefined
  worker.on('error', (error: Error) => {
    failure = error
  })
  const request = (epoch: number, index: number) => worker.postMessage({ epoch, index })
  return {
    perEpoch,
    async *epoch(epoch) {
      const arrived: Batch[] = []
      const receive = (batch: Batch) => arrived.push(batch)
      worker.on('message', receive)
      try {
        for (let i = 0; i < Math.min(PREFETCH, perEpoch); i++) request(epoch, i)
        for (let i = 0; i < perEpoch; i++) {
          while (arrived.length === 0) {
            if (failure) throw failure
            await once(worker, 'message')
          }
          const batch = arrived.shift() as Batch
          if (i + PREFETCH < perEpoch) request(epoch, i + PREFETCH)
          yield batch
        }
      } finally {
        worker.off('message', receive)
      }
    },
    close: async () => void (await worker.terminate()),
  }
}
