import { quantile } from '@zoidberg/training/statistics/descriptive.ts'

/** @returns the three quartiles of values in any order, each the value of the nearest rank */
export function quartiles(values: readonly number[]): [low: number, middle: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b)
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)]
}
