/** How tables write numbers. */
import { ratePercent } from '@zoidberg/core/contract/percent.ts'

/** @returns a whole number such as `1,048` */
export const count = (value: number): string => value.toLocaleString('en')

/** @returns a duration such as `13.1 ms`, or `280 ms` where a tenth says nothing */
export const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`

/** @returns a duration with two significant digits at least, such as `0.067 s` or `16.5 s` */
export const seconds = (value: number): string => `${value.toFixed(value < 0.1 ? 3 : value < 1 ? 2 : 1)} s`

/**
 * @param rate in [0, 1]
 * @returns `97.3 %`
 */
export const percent: (rate: number) => string = ratePercent

/**
 * @param interval in [0, 1]
 * @returns `96.3 to 98.2`, in percent
 */
export const percentInterval = (interval: readonly [number, number]): string =>
  interval.map((end) => (end === 0 || end === 1 ? String(100 * end) : (100 * end).toFixed(1))).join(' to ')

/**
 * @param mean in [0, 1], as the deviation
 * @returns `93.2 % ± 0.5`
 */
export const percentSpread = (mean: number, deviation: number): string =>
  `${(100 * mean).toFixed(1)} % ± ${(100 * deviation).toFixed(1)}`

/** @returns `0.9883 ± 0.0008` */
export const spread = (mean: number, deviation: number): string =>
  `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`
