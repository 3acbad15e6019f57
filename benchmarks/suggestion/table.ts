import { count, milliseconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/** @property milliseconds of one suggestion, by the number of trials that have ended */
export type Figures = { milliseconds: Record<string, number> }
export type Result = Stamped & Figures

export const tables: Tables<Result> = {
  'benchmarks/suggestion': ({ milliseconds: times }) => [
    ['trials that have ended', 'one suggestion of the Bayesian search'],
    ...Object.entries(times).map(([trials, time]) => [count(Number(trials)), milliseconds(time)]),
  ],
}
