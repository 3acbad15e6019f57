import { quantile } from '@zoidberg/training/statistics/descriptive.ts'

/** In milliseconds: the median and the 95th percentile. */
export type Latency = { median: number; p95: number }

/** @returns what repeated measurements are summarised by */
export function latency(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}
