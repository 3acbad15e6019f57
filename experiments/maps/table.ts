import { percent } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

type Interval = [low: number, high: number]

/**
 * By how much P(pneumonia) falls without the strongest fifth of the map's cells, and without a random fifth; in log-odds too.
 *
 * @property topDropsMore share of the images whose log-odds fall more without the strongest fifth
 */
export type Hidden = {
  top: number
  random: number
  topLogOdds: number
  randomLogOdds: number
  intervals: { difference: Interval; differenceLogOdds: Interval }
  topDropsMore: number
}

/** What `evaluateMaps` returns, and of which model. */
export type Result = Stamped & {
  model: string
  images: number
  lungShareOfImage: number
  massInLungs: number
  gaussianMassInLungs: number
  mapBeatsGaussian: number
  hidden: Record<'gray' | 'black', Hidden>
}

export const tables: Tables<Result> = {
  maps: ({ images, hidden: { black, gray }, ...result }) => [
    ['', `${images} validation pneumonias`],
    ['area of the lungs', percent(result.lungShareOfImage)],
    ['share of the map in the lungs', percent(result.massInLungs)],
    ['share of a centred Gaussian as wide as the map', percent(result.gaussianMassInLungs)],
    ['images whose map has more in the lungs than that Gaussian', percent(result.mapBeatsGaussian)],
    ...Object.entries({ black, 'mean gray': gray }).flatMap(([fill, hidden]) => [
      [`P(pneumonia) falls without the strongest fifth, without a random fifth; ${fill}`, falls(hidden)],
      [`the log-odds fall; ${fill}`, `${hidden.topLogOdds.toFixed(2)}, ${hidden.randomLogOdds.toFixed(2)}`],
      [`images in which the strongest fifth lowers the log-odds more; ${fill}`, percent(hidden.topDropsMore)],
    ]),
  ],
}

function falls({ top, random, intervals }: Hidden): string {
  const [difference, low, high] = [top - random, ...intervals.difference].map((value) => value.toFixed(3))
  return `${top.toFixed(3)}, ${random.toFixed(3)}; difference ${difference} (${low} to ${high})`
}
