import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/** What the tables show of a trial. */
export type Trial = {
  id: number
  values: Record<string, number | string>
  state: string
  score: number | null
  curve: number[]
}

/**
 * What `zoidberg tune --json` prints.
 *
 * @property importance share of the variance of the scores that each hyperparameter explains alone
 */
export type Result = Stamped & { best: Trial | null; importance: Record<string, number>; trials: Trial[] }

const SHOWN = 8

export const tables: Tables<Result> = {
  search: ({ trials }) => {
    const names = [...new Set(trials.flatMap(({ values }) => Object.keys(values)))]
    const best = trials
      .filter(({ score }) => score !== null)
      .sort((a, b) => Number(b.score) - Number(a.score))
      .slice(0, SHOWN)
    return [
      [`best ${SHOWN} of ${trials.length} trials`, 'score', 'epochs', ...names],
      ...best.map(({ id, score, curve, values }) => [
        `trial ${id}`,
        Number(score).toFixed(4),
        curve.length,
        ...names.map((name) => show(values[name])),
      ]),
    ]
  },
  'search/importance': ({ importance }) => [
    ['hyperparameter', 'importance'],
    ...Object.entries(importance)
      .sort(([, a], [, b]) => b - a)
      .map(([name, share]) => [name, share.toFixed(3)]),
  ],
}

/** Two digits, without an exponent; empty where the trial has no such value. */
const show = (value: number | string | undefined): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(2))) : (value ?? '')
