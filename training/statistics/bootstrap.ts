/** Percentile intervals by bootstrap over patients (Efron & Tibshirani 1993): images of one child are no two witnesses. */
import { createRandom } from '../random.ts'

const RESAMPLES = 1000
const SEED = 20180222 // any; fixed so that the same predictions always get the same intervals

/**
 * @param patients the patient of each image
 * @param statistics figures of a list of image positions, repeats included
 * @returns for each figure its 2.5th and 97.5th percentile; undefined figures of a resample are left out
 */
export function bootstrapIntervals<Name extends string>(
  patients: string[],
  statistics: (positions: number[]) => Record<Name, number>,
): Record<Name, [low: number, high: number]> {
  const random = createRandom(SEED)
  const groups = Object.values(
    Object.groupBy(
      patients.map((_, i) => i),
      (i) => patients[i],
    ),
  ) as number[][]
  const draws = Array.from({ length: RESAMPLES }, () =>
    statistics(groups.flatMap(() => groups[random.integer(groups.length)])),
  )
  const names = Object.keys(draws[0]) as Name[]
  const interval = (name: Name): [number, number] => {
    const values = draws
      .map((draw) => draw[name])
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    return [quantile(values, 0.025), quantile(values, 0.975)]
  }
  return Object.fromEntries(names.map((name) => [name, interval(name)])) as Record<Name, [number, number]>
}

const quantile = (sorted: number[], q: number): number =>
  sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN
