/** One suggestion of the Bayesian search over six numbers, the median of five. Prints JSON. */
import type { Space, Values } from '@zoidberg/training/space/space.ts'
import { median } from '@zoidberg/training/statistics/descriptive.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'
import { finishedTrial } from '../lib/trials.ts'
import type { Figures } from './table.ts'

const TRIALS = [100, 1000]
const REPEATS = 5
const number = { type: 'float', low: 0, high: 1 } as const
const space: Space = { a: number, b: number, c: number, d: number, e: number, f: number }
const options = { space, trials: 1e9, epochs: 1, seed: 1 }

/** Has one best place, like the score of a network. */
const score = (values: Values): number =>
  -Object.values(values).reduce<number>((sum, value) => sum + (Number(value) - 0.4) ** 2, 0)

function timeOf(ended: number): number {
  const random = randomSearch(options)
  const trials: Trial[] = []
  while (trials.length < ended) {
    const suggestion = random.suggest(trials) as Suggestion
    trials.push(finishedTrial(suggestion, trials.length + 1, [score(suggestion.values)]))
  }
  const oracle = bayesian(options)
  const times = Array.from({ length: REPEATS }, () => {
    const started = performance.now()
    oracle.suggest(trials)
    return performance.now() - started
  })
  return median(times)
}

const figures: Figures = {
  milliseconds: Object.fromEntries(TRIALS.map((ended) => [ended, timeOf(ended)])),
}
console.log(JSON.stringify(figures))
