import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/**
 * @property optimum the best score of the search table
 * @property quartilesByEpochs by tuner and epochs of training: the three quartiles of the distance from the optimum
 */
export type Result = Stamped & {
  repetitions: number
  optimum: number
  quartilesByEpochs: Record<string, Record<string, number[]>>
}

export const tables: Tables<Result> = {
  replay: ({ repetitions, quartilesByEpochs }) => {
    const budgets = Object.keys(Object.values(quartilesByEpochs)[0])
    return [
      [`regret, median of ${repetitions} (quartiles), after epochs`, ...budgets],
      ...Object.entries(quartilesByEpochs).map(([tuner, quartiles]) => [
        tuner,
        ...budgets.map((budget) => {
          const [low, middle, high] = quartiles[budget].map((regret) => regret.toFixed(4))
          return low === high ? middle : `${middle} (${low} to ${high})`
        }),
      ]),
    ]
  },
}
