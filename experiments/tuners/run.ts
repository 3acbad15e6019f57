import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Space, Values } from '@zoidberg/training/space/space.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import type { Oracle } from '@zoidberg/training/tuning/oracles/oracle.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'
import { installPeers, python } from '../../benchmarks/lib/python.ts'
import { finishedTrial } from '../../benchmarks/lib/trials.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { FUNCTIONS } from './functions.ts'
import { type Curves, regretPlot } from './plot.ts'
import type { Result } from './table.ts'

const SEEDS = 30
const TRIALS = 30
const ORACLES: Record<string, (space: Space, seed: number) => Oracle> = {
  'random search': (space, seed) => randomSearch({ space, trials: 1e9, epochs: 1, seed }),
  bayesian: (space, seed) => bayesian({ space, trials: 1e9, epochs: 1, seed }),
}

/** Lets our tuners and those of Keras and Optuna look for the best value of known functions. */
export const run: Run<Unstamped<Result>> = async () => {
  installPeers('training')
  const theirs = python<Curves>(join(import.meta.dirname, 'reference.py'), [SEEDS, TRIALS].map(String))
  const curves: Curves = Object.fromEntries(
    Object.keys(FUNCTIONS).map((name) => [name, { ...curvesOf(name), ...theirs[name] }]),
  )
  writeFileSync(join(import.meta.dirname, 'regret.svg'), await regretPlot(curves))
  const last = (runs: number[][]) => runs.map((run) => run[TRIALS - 1])
  const regretAtTheEnd = Object.fromEntries(
    Object.entries(curves).map(([name, byTuner]) => [
      name,
      Object.fromEntries(Object.entries(byTuner).map(([tuner, runs]) => [tuner, last(runs)])),
    ]),
  )
  return { result: { seeds: SEEDS, trials: TRIALS, regretAtTheEnd }, data: null }
}

function curvesOf(name: string): Curves[string] {
  const { space, evaluate, optimum } = FUNCTIONS[name]
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed)
  return Object.fromEntries(
    Object.entries(ORACLES).map(([oracle, make]) => [
      oracle,
      seeds.map((seed) => regrets(make(space, seed), evaluate, optimum)),
    ]),
  )
}

/** After each trial, how far the best so far is from the optimum. */
function regrets(oracle: Oracle, evaluate: (values: Values) => number, optimum: number): number[] {
  const trials: Trial[] = []
  let best = Number.NEGATIVE_INFINITY
  return Array.from({ length: TRIALS }, () => {
    const suggestion = oracle.suggest(trials) as Suggestion
    const score = evaluate(suggestion.values)
    trials.push(finishedTrial(suggestion, trials.length + 1, [score]))
    best = Math.max(best, score)
    return optimum - best
  })
}
