/** Features as at most 256 bins, and sums per bin: what boosting on histograms is fast by (Ke et al. 2017, LightGBM). */
import { type Matrix, transpose } from '../matrix/matrix.ts'

export const BINS = 256

export type Binned = {
  rows: number
  columns: number
  /** Feature by feature: the bin of every row. */
  bins: Uint8Array
  /** Of each feature, ascending; a value in bin b is at least `borders[b - 1]` and less than `borders[b]`. */
  borders: Float32Array[]
}

/**
 * Sorts the values of every feature into bins: borders lie halfway between neighbouring values; where a feature has
 * over 256, at its quantiles.
 *
 * @returns the bin of every value, and the borders of every feature
 */
export function bin(x: Matrix): Binned {
  const { rows, columns } = x
  const byFeature = transpose(x)
  const bins = new Uint8Array(rows * columns)
  const borders: Float32Array[] = []
  for (let f = 0; f < columns; f++) {
    const values = byFeature.subarray(f * rows, (f + 1) * rows)
    const found = bordersOf(values)
    borders.push(found)
    for (let i = 0; i < rows; i++) bins[f * rows + i] = binOf(values[i], found)
  }
  return { rows, columns, bins, borders }
}

function bordersOf(values: Float32Array): Float32Array {
  const sorted = Float32Array.from(values).sort()
  const unique = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  const cuts =
    unique.length <= BINS
      ? Array.from(unique.subarray(1))
      : Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)])
  const ascending = cuts.filter((cut, i) => (i === 0 ? cut > unique[0] : cut > cuts[i - 1]))
  return Float32Array.from(ascending, (cut) => {
    const below = unique[lowerBound(unique, cut) - 1]
    const middle = Math.fround((below + cut) / 2)
    return middle > below ? middle : cut
  })
}

/** The first position whose value is at least `value`. */
function lowerBound(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** How many borders are not above the value. */
function binOf(value: number, borders: Float32Array): number {
  let [low, high] = [0, borders.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (borders[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Two sums of integers lie in one number: `first` times 2^26 plus `second`, which is not negative. A double holds both
 * without rounding, so one addition per sample and feature serves both: almost twice as fast as two arrays.
 */
export const LOW = 2 ** 26
const PER_LOW = 1 / LOW

/** What sums of either may reach; values are scaled so that all samples together stay below. */
export const LARGEST_SUM = LOW / 2

/** @returns two numbers, rounded, in one */
export const pack = (first: number, second: number): number => Math.round(first) * LOW + Math.round(second)
/** @returns the first of two packed sums */
export const unpackFirst = (packed: number): number => Math.floor(packed * PER_LOW)
/** @returns the second of two packed sums */
export const unpackSecond = (packed: number): number => packed - Math.floor(packed * PER_LOW) * LOW

/** Samples `order[i]` with what is summed of them, `packed[i]`, for i from `start` to before `end`. */
export type PackedSamples = { order: Int32Array; packed: Float64Array; start: number; end: number }

/**
 * Sums samples into the bins of a feature.
 *
 * @param histogram `BINS` sums, which are added to
 * @param column the feature's bins, one per sample
 */
export function accumulate(
  histogram: Float64Array,
  column: Uint8Array,
  { order, packed, start, end }: PackedSamples,
): void {
  for (let i = start; i < end; i++) histogram[column[order[i]]] += packed[i]
}
