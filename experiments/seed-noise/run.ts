import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { standardDeviation } from '@zoidberg/training/statistics/descriptive.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import { openShortTraining } from '../lib/short-training.ts'
import { toHyperparameters } from '../search-table/space.ts'
import type { Result as SearchTable } from '../search-table/table.ts'
import type { Result } from './table.ts'

const SEEDS = [1, 2, 3, 4, 5]
const BEST = 6
const TABLE = join(import.meta.dirname, '../search-table/result.json')

/** Trains the best networks of the search table again with every seed. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data } = readOptions(args, { data: undefined }).options
  const { rows }: SearchTable = JSON.parse(readFileSync(TABLE, 'utf8'))
  const best = rows.toSorted((a, b) => Math.max(...b.curve) - Math.max(...a.curve)).slice(0, BEST)
  const training = await openShortTraining(data)
  const networks: Result['networks'] = []
  for (const { values } of best) {
    const scores: number[] = []
    for (const seed of SEEDS)
      scores.push(Math.max(...(await training.train(toHyperparameters(values), seed))))
    networks.push({ values, scores })
    console.error(`${JSON.stringify(values)} ${scores.map((score) => score.toFixed(4)).join(' ')}`)
  }
  training.close()
  const deviations = networks.map(({ scores }) => standardDeviation(scores))
  return { result: { networks, deviations }, data: training.fingerprint }
}
