import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf } from '@zoidberg/training/space/space.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { gridSearch } from '@zoidberg/training/tuning/oracles/grid-search.ts'
import { hyperband } from '@zoidberg/training/tuning/oracles/hyperband.ts'
import type { Oracle } from '@zoidberg/training/tuning/oracles/oracle.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import type { Trial } from '@zoidberg/training/tuning/trials.ts'
import { finishedTrial } from '../../benchmarks/lib/trials.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { quartiles } from '../lib/quartiles.ts'
import { EPOCHS } from '../lib/short-training.ts'
import { TABLE_SPACE as space } from '../search-table/space.ts'
import type { Result as SearchTable } from '../search-table/table.ts'
import { replayPlot } from './plot.ts'
import type { Result } from './table.ts'

const REPETITIONS = 200
const BUDGETS = [15, 30, 45, 60, 90]
const LONGEST = Math.max(...BUDGETS)
const TABLE = join(import.meta.dirname, '../search-table/result.json')
const unlimited = { space, trials: 1e9, epochs: EPOCHS }
const ORACLES: Record<string, (seed: number) => Oracle> = {
  'grid search': () => gridSearch(unlimited),
  'random search': (seed) => randomSearch({ ...unlimited, seed }),
  hyperband: (seed) => hyperband({ ...unlimited, seed }),
  bayesian: (seed) => bayesian({ ...unlimited, seed }),
}

/** Lets every tuner search the table; only the draws differ between repetitions, each network was trained once. */
export const run: Run<Unstamped<Result>> = async () => {
  const { rows, stamp }: SearchTable = JSON.parse(readFileSync(TABLE, 'utf8'))
  const curves = new Map(rows.map(({ values, curve }) => [keyOf(values), curve]))
  const optimum = Math.max(...rows.flatMap(({ curve }) => curve))
  const seeds = Array.from({ length: REPETITIONS }, (_, seed) => seed)
  const regrets = Object.fromEntries(
    Object.entries(ORACLES).map(([name, make]) => [
      name,
      seeds.map((seed) => replay(curves, optimum, make, seed)),
    ]),
  )
  writeFileSync(join(import.meta.dirname, 'regret.svg'), await replayPlot(regrets, EPOCHS))
  const quartilesByEpochs = Object.fromEntries(
    Object.entries(regrets).map(([name, runs]) => [
      name,
      Object.fromEntries(BUDGETS.map((budget) => [budget, quartiles(runs.map((run) => run[budget - 1]))])),
    ]),
  )
  return { result: { repetitions: REPETITIONS, optimum, quartilesByEpochs }, data: stamp?.data ?? null }
}

/** @returns the regret of the best network found after each epoch of training, up to the largest budget */
function replay(
  curves: Map<string, number[]>,
  optimum: number,
  make: (seed: number) => Oracle,
  seed: number,
): number[] {
  let oracle = make(seed)
  let trials: Trial[] = []
  let [best, restarts] = [0, 0]
  const regrets: number[] = []
  while (regrets.length < LONGEST) {
    const answer = oracle.suggest(trials)
    // The whole schedule of Hyperband is done: it begins again with other draws.
    if (typeof answer === 'string') {
      restarts++
      oracle = make(seed + REPETITIONS * restarts)
      trials = []
      continue
    }
    const { values, epochs, from } = answer
    const curve = (curves.get(keyOf(values)) as number[]).slice(0, epochs)
    // A survivor goes on from its weights, so only the new epochs are paid for.
    const paid = from === undefined ? epochs : epochs - trials[from - 1].curve.length
    for (let i = 0; i < paid; i++) regrets.push(optimum - best)
    best = Math.max(best, ...curve)
    regrets[regrets.length - 1] = optimum - best
    trials.push(finishedTrial(answer, trials.length + 1, curve))
  }
  return regrets
}
