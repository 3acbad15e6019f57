/** `node measure.ts DIR`: an epoch, setting a training up, and what a search does around a trial. Prints JSON. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { labelsOf, loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { resnet } from '@zoidberg/training/networks/resnet.ts'
import { folderCheckpoints } from '@zoidberg/training/run/checkpoints.ts'
import type { Space, Values } from '@zoidberg/training/space/space.ts'
import { median } from '@zoidberg/training/statistics/descriptive.ts'
import { drawPatients, innerSplit } from '@zoidberg/training/tuning/inner-split.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { search } from '@zoidberg/training/tuning/search.ts'
import { folderStore } from '@zoidberg/training/tuning/stores/folder.ts'
import { createTrainer } from '@zoidberg/training/tuning/trainer.ts'
import { finishedTrial } from '../lib/trials.ts'
import type { Figures } from './table.ts'

const IMAGES = 1000
const SIZE = { height: 64, width: 64 }
const REPEATS = 5
const EMPTY_TRIALS = 50
const VALUES: Values = { learningRate: 0.0047, width: 24, augmentation: 'photometric' }
const SPACE: Space = {
  rate: { type: 'integer', low: 0, high: 5 },
  width: { type: 'integer', low: 8, high: 24, step: 8 },
  augmentation: { type: 'choice', values: ['none', 'photometric', 'geometric', 'strong'] },
}

const [directory] = process.argv.slice(2)
await loadEngine('native')
const dataset = await loadDataset(directory, SIZE)
const split = innerSplit(drawPatients(partOf(dataset, 'train'), IMAGES, 1), labelsOf(dataset, 'three-class'))
const scratch = await mkdtemp(join(tmpdir(), 'zoidberg-bench-'))

/** Each training has a folder of its own: it would go on from another one's checkpoint. */
let trainings = 0

async function train(epochs: number): Promise<number> {
  const trainer = await createTrainer(dataset, split, {
    definition: resnet,
    size: SIZE,
    task: 'three-class',
    objective: 'auc',
    executions: 1,
    seed: 1,
    checkpoints: folderCheckpoints(join(scratch, `training-${trainings++}`)),
  })
  const started = performance.now()
  await trainer(finishedTrial({ values: VALUES, epochs }, 1, []), async () => true)
  return (performance.now() - started) / 1000
}

async function medianOf(epochs: number): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++) times.push(await train(epochs))
  return median(times)
}

/** @returns seconds of a trial that trains nothing */
async function bookkeeping(): Promise<number> {
  const folder = join(scratch, 'empty')
  await mkdir(folder)
  const store = await folderStore(folder, 'empty')
  const oracle = bayesian({ space: SPACE, trials: EMPTY_TRIALS, epochs: 1, seed: 1 })
  const score = (values: Values) => Math.sin(JSON.stringify(values).length)
  const started = performance.now()
  const trainNothing = async ({ values }: { values: Values }) => ({ curve: [score(values)], complete: true })
  await search({ store, oracle, train: trainNothing, owner: 'bench', prunes: false })
  return (performance.now() - started) / 1000 / EMPTY_TRIALS
}

await train(1) // warms TensorFlow up
const [one, three] = [await medianOf(1), await medianOf(3)]
const epochSeconds = (three - one) / 2
const figures: Figures = {
  images: split.train.length,
  epochSeconds,
  setUpSeconds: one - epochSeconds,
  bookkeepingSeconds: await bookkeeping(),
}
await rm(scratch, { recursive: true })
dataset.close()
console.log(JSON.stringify({ ...figures, fingerprint: dataset.fingerprint }))
