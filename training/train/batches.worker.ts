/** The thread that makes batches: reading, augmenting, following lungs, packing. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Affine, augment, isNoAugmentation } from '../augmentation/augmentation.ts'
import { readRow } from '../dataset/pixel-rows.ts'
import { cellsOf } from '../networks/activation-grid.ts'
import { createRandom } from '../random.ts'
import { type Batch, type BatchPlan, UNKNOWN } from './batches.ts'
import { followLungs, maskLungs } from './lungs.ts'
import { epochOrder } from './order.ts'

const plan = workerData as BatchPlan
const length = plan.size.height * plan.size.width
const pixels = new Uint8Array(length)
const UNMOVED: Affine = [1, 0, 0, 0, 1, 0]
const isPlain = isNoAugmentation(plan.augmentation)
const lungs = plan.lungs && {
  maskedShare: plan.lungs.maskedShare,
  cells: plan.lungs.grid.height * plan.lungs.grid.width,
  cellOf: cellsOf(plan.size, plan.lungs.grid),
  follow: followLungs(plan.lungs, plan.size),
}
let current: { epoch: number; order: number[] } | undefined

parentPort?.on('message', ({ epoch, index }: { epoch: number; index: number }) => {
  if (current?.epoch !== epoch)
    current = { epoch, order: epochOrder(plan.labels, { balance: plan.balance, seed: plan.seed, epoch }) }
  const batch = makeBatch(current.order, epoch, index * plan.batchSize)
  const buffers = [batch.images, batch.labels, batch.lungs].flatMap((array) => array?.buffer ?? [])
  parentPort?.postMessage(batch, buffers as ArrayBuffer[])
})

function makeBatch(order: number[], epoch: number, start: number): Batch {
  const positions = order.slice(start, start + plan.batchSize)
  const labels = new Int32Array(positions.length)
  const images = new Float32Array(positions.length * length)
  const allShares = lungs && new Float32Array(positions.length * lungs.cells)
  positions.forEach((sample, i) => {
    readRow(plan.file, plan.rows[sample], pixels)
    const into = images.subarray(i * length, (i + 1) * length)
    const random = createRandom(plan.seed, epoch, start + i)
    let affine = UNMOVED
    if (isPlain) into.set(pixels)
    else affine = augment(pixels, { size: plan.size, augmentation: plan.augmentation, random, into })
    labels[i] = plan.labels[sample]
    if (!lungs || !allShares) return
    const shares = allShares.subarray(i * lungs.cells, (i + 1) * lungs.cells)
    lungs.follow(affine, shares)
    if (lungs.maskedShare === 0 || random.uniform() >= lungs.maskedShare) return
    maskLungs(into, { cellOf: lungs.cellOf, shares, gray: random.uniform(0, 255) })
    labels[i] = UNKNOWN
  })
  return { images, lungs: allShares, labels }
}
