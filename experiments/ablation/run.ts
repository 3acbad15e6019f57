import { join } from 'node:path'
import { mean, standardDeviation } from '@zoidberg/training/statistics/descriptive.ts'
import { markdown } from '../../benchmarks/lib/table.ts'
import { Unmet } from '../../scripts/lib/fail.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { fingerprintOf } from '../lib/fingerprint.ts'
import { readOptions } from '../lib/options.ts'
import { type FigureName, figuresOf } from '../lib/perturbed-figures.ts'
import { trained } from '../lib/trained.ts'
import { type Figure, type Result, type Row, tables } from './table.ts'

const SIDE = 64
const SEEDS = [1, 2, 3]
// Masked lungs came to the recipe after the other rows were trained; a row of their own says what they are worth.
const COMMON = ['--size', String(SIDE), '--epochs', '6', '--set', 'halfSize=0', '--set', 'hiddenLungs=0']
const ROWS: Record<string, string[]> = {
  'the recipe': [],
  'with masked lungs': ['--set', 'hiddenLungs=0.1'],
  'without attention guidance': ['--set', 'guidance=0'],
  'without geometric augmentation': ['--set', 'augmentation=photometric'],
  'without photometric augmentation': ['--set', 'augmentation=geometric'],
  'without balanced sampling': ['--set', 'balance=none'],
  'without averaged weights': ['--set', 'ema=0'],
  'without label smoothing': ['--set', 'labelSmoothing=0'],
  'reference: cnn, no augmentation': ['--model', 'cnn'],
  'reference: cnn, strong augmentation': ['--model', 'cnn', '--set', 'augmentation=strong'],
}

/** Trains every row with every seed, seed by seed, so that a table of one seed is there early. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { options, words } = readOptions(args, { data: undefined, out: undefined })
  const unknown = words.find((row) => !Object.hasOwn(ROWS, row))
  if (unknown) throw new Unmet(`There is no row "${unknown}"; there are ${Object.keys(ROWS).join(', ')}.`)
  const names = words.length > 0 ? words : Object.keys(ROWS)
  let result: Unstamped<Result> = { common: COMMON, rows: [] }
  for (const [done, seed] of SEEDS.entries()) {
    for (const name of names) figuresOfRow(options, name, seed)
    const seeds = SEEDS.slice(0, done + 1)
    result = { common: COMMON, rows: names.map((name) => rowOf(options, name, seeds)) }
    console.log(
      `${seed} of ${SEEDS.length} seeds\n${markdown(tables.ablation({ stamp: null, ...result }), true)}\n`,
    )
  }
  if (words.length > 0) return undefined
  return { result, data: await fingerprintOf(options.data, SIDE) }
}

type Places = { data: string; out: string }

/** @returns the figures of one training, which is done if it is not yet */
function figuresOfRow({ data, out }: Places, name: string, seed: number): Record<FigureName, number> {
  const folder = join(out, `${name.replace(/\W+/g, '-')}-${seed}`)
  const args = ['--data', data, '--model', 'default', '--seed', String(seed)]
  return figuresOf(trained(folder, [...args, ...COMMON, ...ROWS[name]]))
}

function rowOf(places: Places, name: string, seeds: number[]): Row {
  const all = seeds.map((seed) => figuresOfRow(places, name, seed))
  const figure = (key: FigureName): Figure => {
    const values = all.map((figures) => figures[key])
    return { mean: mean(values), deviation: standardDeviation(values), values }
  }
  const keys = Object.keys(all[0]) as FigureName[]
  return {
    row: name,
    seeds: seeds.length,
    figures: Object.fromEntries(keys.map((key) => [key, figure(key)])),
  }
}
