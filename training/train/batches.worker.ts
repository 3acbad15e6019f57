import { openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { augment, isNoAugmentation } from '../augmentation/augmentation.ts'
import { createRandom } from '../random.ts'
import type { Batch, BatchPlan } from './batches.ts'
import { epochOrder } from './order.ts'

const plan = workerData as BatchPlan
const file = openSync(plan.path, 'r')
const length = plan.size.height * plan.size.width
const pixels = new Uint8Array(length)
const plain = isNoAugmentation(plan.augmentation)
let current: { epoch: number; order: number[] } | undefined

parentPort?.on('message', ({ epoch, index }: { epoch: number; index: number }) => {
  if (current?.epoch !== epoch)
    current = { epoch, order: epochOrder(plan.labels, plan.balance, plan.seed, epoch) }
  const batch = makeBatch(current.order, epoch, index * plan.batchSize)
  parentPort?.postMessage(batch, [batch.images.buffer, batch.labels.buffer] as ArrayBuffer[])
})

function makeBatch(order: number[], epoch: number, start: number): Batch {
  const positions = order.slice(start, start + plan.batchSize)
  const images = new Float32Array(positions.length * length)
  positions.forEach((sample, i) => {
    readSync(file, pixels, 0, length, plan.rows[sample] * length)
    const into = images.subarray(i * length, (i + 1) * length)
    if (plain) into.set(pixels)
    else augment(pixels, plan.size, plan.augmentation, createRandom(plan.seed, epoch, start + i), into)
  })
  return { images, labels: Int32Array.from(positions, (sample) => plan.labels[sample]) }
}
