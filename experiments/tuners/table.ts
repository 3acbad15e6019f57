import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'
import { quartiles } from '../lib/quartiles.ts'

/** @property regretAtTheEnd by function and tuner, one distance from the best value for each seed */
export type Result = Stamped & {
  seeds: number
  trials: number
  regretAtTheEnd: Record<string, Record<string, number[]>>
}

const TUNER_NAMES: Record<string, string> = { bayesian: 'ours, Bayesian' }

export const tables: Tables<Result> = {
  tuners: ({ seeds, trials, regretAtTheEnd }) => {
    const tuners = Object.keys(Object.values(regretAtTheEnd)[0])
    return [
      [
        `median regret after ${trials} trials, ${seeds} seeds (quartiles)`,
        ...tuners.map((tuner) => TUNER_NAMES[tuner] ?? tuner),
      ],
      ...Object.entries(regretAtTheEnd).map(([name, byTuner]) => [
        name,
        ...tuners.map((tuner) => {
          const [low, middle, high] = quartiles(byTuner[tuner]).map((regret) => regret.toPrecision(3))
          return `${middle} (${low} to ${high})`
        }),
      ]),
    ]
  },
}
