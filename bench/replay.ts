/**
 * `npm run bench:replay`: every tuner 200 times on the table of `bench:table`, by epochs of training spent. Only the draws
 * differ between repetitions: each network was trained once. Writes bench/replay.json and docs/replay.svg.
 */
import { writeFileSync } from 'node:fs'
import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import { table } from '@zoidberg/training/terminal.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { gridSearch } from '@zoidberg/training/tuning/oracles/grid-search.ts'
import { hyperband } from '@zoidberg/training/tuning/oracles/hyperband.ts'
import type { Oracle } from '@zoidberg/training/tuning/oracles/oracle.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import { keyOf } from '@zoidberg/training/tuning/space.ts'
import type { Trial } from '@zoidberg/training/tuning/trials.ts'
import { readTable, TABLE_SPACE as space } from './search-table.ts'
import { quantile, stored } from './stored.ts'

const REPETITIONS = 200
const EPOCHS = 3
const BUDGETS = [15, 30, 45, 60, 90]
const here = (name: string) => new URL(name, import.meta.url).pathname

const { rows } = readTable()
const curves = new Map(rows.map(({ values, curve }) => [keyOf(values), curve]))
const optimum = Math.max(...rows.flatMap(({ curve }) => curve))

const ORACLES: Record<string, (seed: number) => Oracle> = {
  'grid search': () => gridSearch({ space, trials: 1e9, epochs: EPOCHS }),
  'random search': (seed) => randomSearch({ space, trials: 1e9, epochs: EPOCHS, seed }),
  hyperband: (seed) => hyperband({ space, trials: 1e9, epochs: EPOCHS, seed }),
  bayesian: (seed) => bayesian({ space, trials: 1e9, epochs: EPOCHS, seed }),
}

/** Regret of the best network found after each epoch of training, up to the largest budget. */
function replay(make: (seed: number) => Oracle, seed: number): number[] {
  let oracle = make(seed)
  let trials: Trial[] = []
  let [best, restarts] = [0, 0]
  const regrets: number[] = []
  while (regrets.length < (BUDGETS.at(-1) as number)) {
    const answer = oracle.suggest(trials)
    // The whole schedule of Hyperband is done: begun again with other draws.
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
    trials.push(stored(answer, trials.length + 1, curve))
  }
  return regrets
}

const results = Object.fromEntries(
  Object.entries(ORACLES).map(([name, make]) => [
    name,
    Array.from({ length: REPETITIONS }, (_, seed) => replay(make, seed)),
  ]),
)
const quartiles = (values: number[]) => [0.25, 0.5, 0.75].map((q) => quantile(values, q))
const at = (runs: number[][], budget: number) => runs.map((run) => run[budget - 1])
console.log(
  table([
    [`regret, median (quartiles) of ${REPETITIONS}, after epochs`, ...BUDGETS],
    ...Object.entries(results).map(([name, runs]) => [
      name,
      ...BUDGETS.map((budget) => {
        const [low, middle, high] = quartiles(at(runs, budget)).map((regret) => regret.toFixed(4))
        return `${middle} (${low} to ${high})`
      }),
    ]),
  ]),
)
const summary = Object.fromEntries(
  Object.entries(results).map(([name, runs]) => [
    name,
    Object.fromEntries(BUDGETS.map((budget) => [budget, quartiles(at(runs, budget))])),
  ]),
)
const text = JSON.stringify({ repetitions: REPETITIONS, optimum, quartilesByEpochs: summary }, null, 1)
writeFileSync(here('replay.json'), `${text}\n`)
const values = Object.entries(results).flatMap(([oracle, runs]) =>
  runs[0].map((_, i) => ({ oracle, epochs: i + 1, regret: Math.max(1e-4, quantile(at(runs, i + 1), 0.5)) })),
)
const svg = await toSvg({
  data: { values: values.filter(({ epochs }) => epochs >= EPOCHS) },
  width: 420,
  height: 260,
  mark: { type: 'line', interpolate: 'step-after' },
  encoding: {
    x: { field: 'epochs', type: 'quantitative', title: 'epochs of training' },
    y: { field: 'regret', type: 'quantitative', scale: { type: 'log' }, title: 'median regret (ROC AUC)' },
    color: { field: 'oracle', type: 'nominal', title: null, scale: { range: COLOURS } },
  },
})
writeFileSync(here('../docs/replay.svg'), svg)
