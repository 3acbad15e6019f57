/**
 * `npm run bench:table -- DIR`: trains every configuration of a small space once (72 networks x 3 epochs on 1,000 images at
 * 64 px) and keeps the learning curves in bench/search-table.json. Goes on where it stopped.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { openDataset } from '@zoidberg/training/commands/open-dataset.ts'
import { partOf } from '@zoidberg/training/dataset/dataset.ts'
import { resnet } from '@zoidberg/training/models/resnet.ts'
import { drawPatients, innerSplit } from '@zoidberg/training/tuning/inner-split.ts'
import { gridOf, keyOf, type Space } from '@zoidberg/training/tuning/space.ts'
import { createTrainer } from '@zoidberg/training/tuning/trainer.ts'
import type { Trial } from '@zoidberg/training/tuning/trials.ts'
import { stored } from './stored.ts'

const IMAGES = 1000
const EPOCHS = 3
const SIZE = { height: 64, width: 64 }
const SEED = 1
/** Step 0 to 5 of the rate is a factor of 2.5 each; integers keep the order that choices would lose. */
const RATES = [0.0003, 0.00075, 0.0019, 0.0047, 0.012, 0.03]

export const TABLE_SPACE: Space = {
  rate: { kind: 'integer', low: 0, high: RATES.length - 1 },
  width: { kind: 'integer', low: 8, high: 24, step: 8 },
  augmentation: { kind: 'choice', values: ['none', 'photometric', 'geometric', 'strong'] },
}

type Table = { rows: { values: Trial['values']; curve: number[]; seconds: number }[] }

const path = new URL('search-table.json', import.meta.url).pathname
export const readTable = (): Table =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { rows: [] }

/** Values of the table as settings of the network. */
export const toSettings = ({ rate, ...others }: Trial['values']): Trial['values'] => ({
  ...others,
  learningRate: RATES[rate as number],
})

if (import.meta.main) {
  const [directory] = process.argv.slice(2)
  if (!directory) throw new Error('say which data set: npm run bench:table -- DIR')
  await loadEngine('native')
  const dataset = await openDataset(directory, SIZE)
  const split = innerSplit(drawPatients(partOf(dataset, 'train'), IMAGES, SEED), 'three-class')
  const train = await createTrainer(dataset, split, {
    definition: resnet,
    size: SIZE,
    task: 'three-class',
    executions: 1,
    seed: SEED,
    checkpoints: { load: async () => undefined, save: async () => {} },
  })
  const { rows } = readTable()
  const all = gridOf(TABLE_SPACE)
  const done = new Set(rows.map(({ values }) => keyOf(values)))
  for (const values of all.filter((candidate) => !done.has(keyOf(candidate)))) {
    const started = performance.now()
    const suggestion = { values: toSettings(values), epochs: EPOCHS }
    const { curve } = await train(stored(suggestion, 1, []), async () => true)
    rows.push({ values, curve, seconds: (performance.now() - started) / 1000 })
    writeFileSync(
      path,
      `${JSON.stringify({ images: IMAGES, epochs: EPOCHS, size: SIZE, seed: SEED, rates: RATES, rows }, null, 1)}\n`,
    )
    console.error(
      `${rows.length}/${all.length} ${JSON.stringify(values)} ${curve.map((s) => s.toFixed(4)).join(' ')}`,
    )
  }
  dataset.close()
}
