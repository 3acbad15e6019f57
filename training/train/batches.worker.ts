import { parentPort, workerData } from 'node:worker_threads'
import { type Affine, augment, isNoAugmentation } from '../augmentation/augmentation.ts'
import { readRow } from '../dataset/pixel-rows.ts'
import { cellsOf } from '../map-grid.ts'
import { createRandom } from '../random.ts'
import { type Batch, type BatchPlan, UNKNOWN } from './batches.ts'
import { followLungs, hideLungs } from './lungs.ts'
import { epochOrder } from './order.ts'

const plan = workerData as BatchPlan
const length = plan.size.height * plan.size.width
const pixels = new Uint8Array(length)
const UNMOVED: Affine = [1, 0, 0, 0, 1, 0]
const plain = isNoAugmentation(plan.augmentation)
const guide = plan.guide && {
  hidden: plan.guide.hidden,
  cells: plan.guide.map.height * plan.guide.map.width,
  cellOf: cellsOf(plan.size, plan.guide.map),
  follow: followLungs(plan.guide, plan.size),
}
let current: { epoch: number; order: number[] } | undefined

parentPort?.on('message', ({ epoch, index }: { epoch: number; index: number }) => {
  if (current?.epoch !== epoch)
    current = { epoch, order: epochOrder(plan.labels, plan.balance, plan.seed, epoch) }
  const batch = makeBatch(current.order, epoch, index * plan.batchSize)
  const buffers = [batch.images, batch.labels, batch.lungs].flatMap((array) => array?.buffer ?? [])
  parentPort?.postMessage(batch, buffers as ArrayBuffer[])
})

function makeBatch(order: number[], epoch: number, start: number): Batch {
  const positions = order.slice(start, start + plan.batchSize)
  const labels = new Int32Array(positions.length)
  const images = new Float32Array(positions.length * length)
  const lungs = guide && new Float32Array(positions.length * guide.cells)
  positions.forEach((sample, i) => {
    readRow(plan.file, plan.rows[sample], pixels)
    const into = images.subarray(i * length, (i + 1) * length)
    const random = createRandom(plan.seed, epoch, start + i)
    let affine = UNMOVED
    if (plain) into.set(pixels)
    else affine = augment(pixels, plan.size, plan.augmentation, random, into)
    labels[i] = plan.labels[sample]
    if (!guide || !lungs) return
    const share = lungs.subarray(i * guide.cells, (i + 1) * guide.cells)
    guide.follow(affine, share)
    if (guide.hidden === 0 || random.uniform() >= guide.hidden) return
    hideLungs(into, guide.cellOf, share, random.uniform(0, 255))
    labels[i] = UNKNOWN
  })
  return { images, lungs, labels }
}
