/** What benchmarks of tuners share. */
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'

/** A suggestion as the finished trial a store would hold. */
export const stored = (
  { values, epochs, from, note = {} }: Suggestion,
  id: number,
  curve: number[],
): Trial => ({
  id,
  values,
  state: 'succeeded',
  score: Math.max(...curve),
  curve,
  epochs,
  from: from ?? null,
  note,
  attempt: 1,
  lease: null,
  seconds: 0,
  error: null,
})

/** The value at the nearest rank. @param q in [0, 1] */
export const quantile = (values: number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.round(q * (values.length - 1))]
