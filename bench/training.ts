/** Images per second of training, each network on a fixed pattern: bare, as its recipe has it, augmented, at half size. Prints JSON. */
import { openSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { REPORT_AUGMENTATION } from '@zoidberg/training/augmentation/augmentation.ts'
import type { TrainingSettings } from '@zoidberg/training/models/definition.ts'
import { modelNamed } from '@zoidberg/training/models/index.ts'
import { createBatches } from '@zoidberg/training/train/batches.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import type { Guide } from '@zoidberg/training/train/lungs.ts'

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

async function speed(changes: Partial<TrainingSettings>): Promise<number> {
  const settings = { ...training, augmentation: {}, halfSize: 0, epochs: 3, patience: 9, ...changes }
  const model = build({ hyperparameters, size, classes: TASKS[task].length, seed: 1 })
  const batches = createBatches({
    file,
    size,
    rows,
    labels,
    batchSize: settings.batchSize,
    balance: false,
    augmentation: settings.augmentation,
    seed: 1,
    guide: settings.guidance > 0 || settings.hiddenLungs > 0 ? guideOf(model, settings) : undefined,
  })
  const { history } = await trainLoop(model, {
    settings,
    batches,
    validate: () => ({ loss: 1, accuracy: 0 }),
  })
  await batches.close()
  return Math.max(...history.map(({ imagesPerSecond }) => imagesPerSecond))
}

/** The left half is lung: where it lies costs nothing. */
function guideOf({ outputs }: LayersModel, { hiddenLungs }: TrainingSettings): Guide {
  const [, height, width] = outputs[1].shape as number[]
  const lungs = Uint8Array.from({ length: size.height * size.width }, (_, i) =>
    Number(i % size.width < size.width / 2),
  )
  return { lungs, map: { height, width }, hidden: hiddenLungs }
}

const augmentation = task === 'binary' ? REPORT_AUGMENTATION : training.augmentation
/** Nothing but the network, its loss and its optimiser: what a reference can do too. */
const bare = await speed({ guidance: 0, hiddenLungs: 0, ema: 0, labelSmoothing: 0 })
const plain = await speed({})
const augmented = await speed({ augmentation })
const halfSize = training.halfSize > 0 ? await speed({ augmentation, halfSize: 1 }) : null
await rm(folder, { recursive: true })
console.log(JSON.stringify({ name, bare, plain, augmented, halfSize, ratio: augmented / plain }))
