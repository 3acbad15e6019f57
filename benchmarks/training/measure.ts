/** `node measure.ts NETWORK [bare]`: images a second of training on a fixed pattern. Prints JSON. */
import { openSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { STUDENT_AUGMENTATION } from '@zoidberg/training/augmentation/augmentation.ts'
import type { TrainingSettings } from '@zoidberg/training/networks/definition.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { createBatches } from '@zoidberg/training/train/batches.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import type { LungTemplate } from '@zoidberg/training/train/lungs.ts'
import type { TrainingFigures } from './table.ts'

const IMAGES = 960
const [name, only] = process.argv.slice(2)
await loadEngine('native')
const { build, hyperparameters, size, task, training } = networkNamed(name)
const classes = task === 'binary' ? 2 : 3
const folder = await mkdtemp(join(tmpdir(), 'zoidberg-bench-'))
const path = join(folder, 'pixels.bin')
writeFileSync(
  path,
  Buffer.from(Uint8Array.from({ length: IMAGES * size.height * size.width }, (_, i) => (i * 7919) % 251)),
)
const file = openSync(path, 'r')
const rows = Array.from({ length: IMAGES }, (_, i) => i)
const labels = rows.map((i) => i % classes)

/** @returns images a second in the fastest of three epochs */
async function speed(changes: Partial<TrainingSettings>): Promise<number> {
  const settings = { ...training, augmentation: {}, halfSize: 0, epochs: 3, patience: 9, ...changes }
  const model = build({ hyperparameters, size, classes, seed: 1 })
  const batches = createBatches({
    file,
    size,
    rows,
    labels,
    batchSize: settings.batchSize,
    balance: false,
    augmentation: settings.augmentation,
    seed: 1,
    lungs: settings.guidance > 0 || settings.hiddenLungs > 0 ? lungsOf(model, settings) : undefined,
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
function lungsOf({ outputs }: ReturnType<typeof build>, { hiddenLungs }: TrainingSettings): LungTemplate {
  const [, height, width] = outputs[1].shape as number[]
  const isLeft = (_: unknown, i: number) => Number(i % size.width < size.width / 2)
  const template = Uint8Array.from({ length: size.height * size.width }, isLeft)
  return { template, grid: { height, width }, maskedShare: hiddenLungs }
}

const augmentation = task === 'binary' ? STUDENT_AUGMENTATION : training.augmentation
const bare = await speed({ guidance: 0, hiddenLungs: 0, ema: 0, labelSmoothing: 0 })
if (only === 'bare') {
  await rm(folder, { recursive: true })
  console.log(JSON.stringify({ bare }))
  process.exit()
}
const plain = await speed({})
const augmented = await speed({ augmentation })
const halfSize = training.halfSize > 0 ? await speed({ augmentation, halfSize: 1 }) : null
await rm(folder, { recursive: true })
const figures: TrainingFigures = { name, bare, plain, augmented, halfSize, ratio: augmented / plain }
console.log(JSON.stringify(figures))
