/**
 * `npm run bench:trials -- DIR`: what a trial costs besides training, and how far its score moves with the seed. Networks of
 * the search table. Writes bench/trial-cost.json.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { openDataset } from '@zoidberg/training/commands/open-dataset.ts'
import { partOf } from '@zoidberg/training/dataset/dataset.ts'
import { resnet } from '@zoidberg/training/models/resnet.ts'
import { folderCheckpoints } from '@zoidberg/training/run/folder.ts'
import { drawPatients, innerSplit } from '@zoidberg/training/tuning/inner-split.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { search } from '@zoidberg/training/tuning/search.ts'
import { folderStore } from '@zoidberg/training/tuning/stores/folder.ts'
import { createTrainer } from '@zoidberg/training/tuning/trainer.ts'
import type { Suggestion } from '@zoidberg/training/tuning/trials.ts'
import { readTable, TABLE_SPACE, toSettings } from './search-table.ts'
import { quantile, stored } from './stored.ts'

const IMAGES = 1000
const SIZE = { height: 64, width: 64 }
const REPEATS = 5
const SEEDS = [1, 2, 3, 4, 5]
const BEST = 6
const EMPTY_TRIALS = 50

const [directory] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run bench:trials -- DIR')
await loadEngine('native')
const dataset = await openDataset(directory, SIZE)
const split = innerSplit(drawPatients(partOf(dataset, 'train'), IMAGES, 1), 'three-class')
const scratch = await mkdtemp(join(tmpdir(), 'zoidberg-bench-'))

async function train(values: Suggestion['values'], epochs: number, seed: number, name: string) {
  const trainer = await createTrainer(dataset, split, {
    definition: resnet,
    size: SIZE,
    task: 'three-class',
    executions: 1,
    seed,
    checkpoints: folderCheckpoints(join(scratch, name)),
  })
  const started = performance.now()
  const { curve } = await trainer(stored({ values, epochs }, 1, []), async () => true)
  return { seconds: (performance.now() - started) / 1000, score: Math.max(...curve) }
}

const rows = readTable().rows.toSorted((a, b) => Math.max(...b.curve) - Math.max(...a.curve))
const [first] = rows
/** Every training in a folder of its own: it would go on from another's checkpoint. */
let timings = 0
const timed = async (epochs: number) => {
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++)
    times.push((await train(toSettings(first.values), epochs, 1, `timed-${timings++}`)).seconds)
  return quantile(times, 0.5)
}
await timed(1) // warms TensorFlow up
const [one, three] = [await timed(1), await timed(3)]
const setUp = one - (three - one) / 2

await mkdir(join(scratch, 'empty'))
const store = await folderStore(join(scratch, 'empty'), 'empty')
const oracle = bayesian({ space: TABLE_SPACE, trials: EMPTY_TRIALS, epochs: 1, seed: 1 })
const started = performance.now()
const score = (values: Suggestion['values']) => Math.sin(JSON.stringify(values).length)
await search(
  store,
  oracle,
  async ({ values }) => ({ curve: [score(values)], complete: true }),
  'bench',
  false,
)
const bookkeeping = (performance.now() - started) / 1000 / EMPTY_TRIALS

const spread: { values: Suggestion['values']; scores: number[] }[] = []
for (const [k, { values }] of rows.slice(0, BEST).entries()) {
  const scores: number[] = []
  for (const seed of SEEDS)
    scores.push((await train(toSettings(values), 3, seed, `spread-${k}-${seed}`)).score)
  spread.push({ values, scores })
  console.error(`${JSON.stringify(values)} ${scores.map((s) => s.toFixed(4)).join(' ')}`)
}
const deviation = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1))
}
const deviations = spread.map(({ scores }) => deviation(scores))
console.log(`an epoch ${((three - one) / 2).toFixed(2)} s, setting a training up ${setUp.toFixed(2)} s`)
console.log(`suggestion, claim and result: ${(1000 * bookkeeping).toFixed(0)} ms a trial`)
console.log(
  `standard deviation over ${SEEDS.length} seeds: ${deviations.map((d) => d.toFixed(4)).join(', ')}`,
)
const result = {
  epochSeconds: (three - one) / 2,
  setUpSeconds: setUp,
  bookkeepingSeconds: bookkeeping,
  spread,
  deviations,
}
await writeFile(new URL('trial-cost.json', import.meta.url), `${JSON.stringify(result, null, 1)}\n`)
await rm(scratch, { recursive: true })
dataset.close()
