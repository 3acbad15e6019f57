import { mean, standardDeviation } from '@zoidberg/training/statistics/descriptive.ts'
import { spread } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'
import { RATES } from '../search-table/space.ts'
import type { Row } from '../search-table/table.ts'

/**
 * @property networks the best of the search table, best first, with the score of each seed
 * @property deviations standard deviation over the seeds
 */
export type Result = Stamped & {
  networks: { values: Row['values']; scores: number[] }[]
  deviations: number[]
}

export const tables: Tables<Result> = {
  'seed-noise': ({ networks }) => [
    ['augmentation', 'width', 'learning rate', 'score of the first seed', 'mean ± deviation over the seeds'],
    ...networks.map(({ values: { augmentation, width, rate }, scores }) => [
      augmentation,
      width,
      RATES[rate],
      scores[0].toFixed(4),
      spread(mean(scores), standardDeviation(scores)),
    ]),
  ],
}
