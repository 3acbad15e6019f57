import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Unmet } from '../../scripts/lib/fail.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { fingerprintOf } from '../lib/fingerprint.ts'
import { readOptions } from '../lib/options.ts'
import { figuresOf } from '../lib/perturbed-figures.ts'
import { trained } from '../lib/trained.ts'
import type { Result as Search } from '../search/table.ts'
import type { Result } from './table.ts'

const SIDE = 64
const EPOCHS = 6
const SEEDS = [1, 2, 3]
const SEARCH = join(import.meta.dirname, '../search/result.json')
const COMMON = ['--size', String(SIDE), '--epochs', String(EPOCHS), '--set', 'halfSize=0']

/** Trains the recipe, and the recipe with the values that `search` found best, on all images of the training part. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, out } = readOptions(args, { data: undefined, out: undefined }).options
  const { best }: Search = JSON.parse(readFileSync(SEARCH, 'utf8'))
  if (!best)
    throw new Unmet('The search has no best trial: npm run experiment -- search --data DIR --out OUT')
  const found = Object.entries(best.values).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const figures = (name: string, seed: number, set: string[]) => {
    const common = ['--data', data, '--model', 'default', '--seed', String(seed), ...COMMON]
    return figuresOf(trained(join(out, `${name}-${seed}`), [...common, ...set]))
  }
  const result = {
    epochs: EPOCHS,
    size: SIDE,
    seeds: SEEDS,
    recipe: SEEDS.map((seed) => figures('recipe', seed, [])),
    tuned: SEEDS.map((seed) => figures('tuned', seed, found)),
  }
  return { result, data: await fingerprintOf(data, SIDE) }
}
