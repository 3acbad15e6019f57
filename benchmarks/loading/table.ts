import { count, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/** @property rssMiB memory of the process at the end */
export type Loading = {
  images: number
  synthetic: boolean
  fingerprint: string
  seconds: number
  rssMiB: number
}
export type Result = Stamped & { side: number; decoding: Loading; cached: Loading }

export const tables: Tables<Result> = {
  'benchmarks/loading': ({ side, decoding, cached }) => [
    [
      `${count(decoding.images)} ${decoding.synthetic ? 'drawings' : 'images'} to ${side} pixels`,
      'time',
      'memory',
    ],
    ...Object.entries({ 'decoded the first time': decoding, 'from the cache': cached }).map(
      ([name, loading]) => [name, seconds(loading.seconds), `${loading.rssMiB.toFixed(0)} MiB`],
    ),
  ],
}
