/**
 * `npm run bench:tuners`: best value found by each oracle on three known functions, 30 seeds of 30 trials, beside
 * keras-tuner and Optuna where bench/.venv has them. Writes bench/tuners.json and docs/tuners.svg.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { COLOURS, toSvg } from '@zoidberg/training/plots/chart.ts'
import { table } from '@zoidberg/training/terminal.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import type { Oracle } from '@zoidberg/training/tuning/oracles/oracle.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import type { Space, Values } from '@zoidberg/training/tuning/space.ts'
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'
import { quantile, stored } from './stored.ts'
import { FUNCTIONS } from './tuner-functions.ts'

const SEEDS = 30
const TRIALS = 30
const here = (name: string) => new URL(name, import.meta.url).pathname
const ORACLES: Record<string, (space: Space, seed: number) => Oracle> = {
  'random search': (space, seed) => randomSearch({ space, trials: 1e9, epochs: 1, seed }),
  bayesian: (space, seed) => bayesian({ space, trials: 1e9, epochs: 1, seed }),
}

/** Regret after each trial: how far the best so far is from the optimum. */
function regrets(oracle: Oracle, evaluate: (values: Values) => number, optimum: number): number[] {
  const trials: Trial[] = []
  let best = Number.NEGATIVE_INFINITY
  return Array.from({ length: TRIALS }, () => {
    const answer = oracle.suggest(trials) as Suggestion
    const score = evaluate(answer.values)
    trials.push(stored(answer, trials.length + 1, [score]))
    best = Math.max(best, score)
    return optimum - best
  })
}

type Curves = Record<string, Record<string, number[][]>>
const curves: Curves = {}
for (const [name, { space, evaluate, optimum }] of Object.entries(FUNCTIONS)) {
  curves[name] = {}
  for (const [oracle, make] of Object.entries(ORACLES))
    curves[name][oracle] = Array.from({ length: SEEDS }, (_, seed) =>
      regrets(make(space, seed), evaluate, optimum),
    )
}
try {
  const python = here('.venv/bin/python')
  const text = execFileSync(python, [here('references/tuners.py'), String(SEEDS), String(TRIALS)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28, // keras-tuner prints a line or more per trial
  })
  const theirs: Curves = JSON.parse(text.trim().split('\n').at(-1) as string)
  for (const [name, oracles] of Object.entries(theirs)) Object.assign(curves[name], oracles)
} catch (error) {
  console.error(`without keras-tuner and Optuna: ${(error as Error).message.split('\n')[0]}`)
}

const names = Object.keys(Object.values(curves)[0])
const last = (runs: number[][]) => runs.map((run) => run[TRIALS - 1])
console.log(
  table([
    [`median regret after ${TRIALS} trials, ${SEEDS} seeds (quartiles)`, ...names],
    ...Object.entries(curves).map(([name, oracles]) => [
      name,
      ...names.map((oracle) => {
        const [low, middle, high] = [0.25, 0.5, 0.75].map((q) =>
          quantile(last(oracles[oracle]), q).toPrecision(3),
        )
        return `${middle} (${low} to ${high})`
      }),
    ]),
  ]),
)

// Time of one suggestion with so many finished trials.
const { space, evaluate } = FUNCTIONS['Hartmann 6']
const milliseconds = Object.fromEntries(
  [100, 1000].map((count) => {
    const random = randomSearch({ space, trials: 1e9, epochs: 1, seed: 1 })
    const trials: Trial[] = []
    while (trials.length < count) {
      const answer = random.suggest(trials) as Suggestion
      trials.push(stored(answer, trials.length + 1, [evaluate(answer.values)]))
    }
    const oracle = bayesian({ space, trials: 1e9, epochs: 1, seed: 1 })
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now()
      oracle.suggest(trials)
      return performance.now() - started
    })
    return [count, quantile(times, 0.5)]
  }),
)
console.log(
  `\none suggestion: ${Object.entries(milliseconds)
    .map(([n, ms]) => `${ms.toFixed(0)} ms after ${n} trials`)
    .join(', ')}`,
)

const values = Object.entries(curves).flatMap(([name, oracles]) =>
  Object.entries(oracles).flatMap(([oracle, runs]) =>
    Array.from({ length: TRIALS }, (_, t) => ({
      name,
      oracle,
      trial: t + 1,
      regret: Math.max(
        1e-4,
        quantile(
          runs.map((run) => run[t]),
          0.5,
        ),
      ),
    })),
  ),
)
const svg = await toSvg({
  data: { values },
  facet: { column: { field: 'name', type: 'nominal', title: null } },
  resolve: { scale: { y: 'independent' } },
  spec: {
    width: 250,
    height: 220,
    mark: { type: 'line' },
    encoding: {
      x: { field: 'trial', type: 'quantitative' },
      y: { field: 'regret', type: 'quantitative', scale: { type: 'log' }, title: 'median regret' },
      color: { field: 'oracle', type: 'nominal', title: null, scale: { range: COLOURS } },
    },
  },
})
writeFileSync(here('../docs/tuners.svg'), svg)
const summary = Object.fromEntries(
  Object.entries(curves).map(([name, oracles]) => [
    name,
    Object.fromEntries(Object.entries(oracles).map(([oracle, runs]) => [oracle, last(runs)])),
  ]),
)
writeFileSync(
  here('tuners.json'),
  `${JSON.stringify({ seeds: SEEDS, trials: TRIALS, regretAtTheEnd: summary, milliseconds }, null, 1)}\n`,
)
