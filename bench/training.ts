/** Images per second of training, each network on random images, with and without augmentation. Prints JSON. */
import { openSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { TASKS } from '@zoidberg/core/labels.ts'
import { REPORT_AUGMENTATION } from '@zoidberg/training/augmentation/augmentation.ts'
import { modelNamed } from '@zoidberg/training/models/index.ts'
import { createBatches } from '@zoidberg/training/train/batches.ts'
import type { Guide } from '@zoidberg/training/train/guidance.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'

const IMAGES = 960
const [name] = process.argv.slice(2)
await loadEngine('native')
const { build, hyperparameters, size, task, training } = modelNamed(name)
const folder = await mkdtemp(join(tmpdir(), 'zoidberg-bench-'))
const path = join(folder, 'pixels.bin')
writeFileSync(
  path,
  Buffer.from(Uint8Array.from({ length: IMAGES * size.height * size.width }, (_, i) => (i * 7919) % 251)),
)
const file = openSync(path, 'r')
const rows = Array.from({ length: IMAGES }, (_, i) => i)
const labels = rows.map((i) => i % TASKS[task].length)

async function speed(augmentation: object): Promise<number> {
  const model = build({ hyperparameters, size, classes: TASKS[task].length, seed: 1 })
  const batches = createBatches({
    file,
    size,
    rows,
    labels,
    batchSize: training.batchSize,
    balance: false,
    augmentation,
    seed: 1,
    guide: training.guidance > 0 ? guideOf(model) : undefined,
  })
  const settings = { ...training, epochs: 3, patience: 9 }
  const { history } = await trainLoop(model, {
    settings,
    batches,
    validate: () => ({ loss: 1, accuracy: 0 }),
  })
  await batches.close()
  return Math.max(...history.map(({ imagesPerSecond }) => imagesPerSecond))
}

/** The left half is lung: where it lies costs nothing. */
function guideOf({ outputs }: LayersModel): Guide {
  const [, height, width] = outputs[1].shape as number[]
  const lungs = Uint8Array.from({ length: size.height * size.width }, (_, i) =>
    Number(i % size.width < size.width / 2),
  )
  return { lungs, map: { height, width } }
}

const plain = await speed({})
const augmented = await speed(task === 'binary' ? REPORT_AUGMENTATION : training.augmentation)
await rm(folder, { recursive: true })
console.log(JSON.stringify({ name, plain, augmented, ratio: augmented / plain }))
