/**
 * Percentile intervals by bootstrap over patients (Efron & Tibshirani 1993): images of one child are no two witnesses.
 */
import { createRandom } from '../random.ts'
import { quantile } from './descriptive.ts'

const RESAMPLES = 1000
const SEED = 20180222 // any; fixed so that the same predictions always get the same intervals
/** What lies outside a 95 % interval, half of it on each side. */
const TAIL = 0.025

/** The ends of a 95 % interval, in the unit of the figure. */
export type Interval = [low: number, high: number]

/**
 * Draws whole patients with replacement, as many as there are, and computes figures of their images each time.
 *
 * @param patients of each image
 * @param figuresAt computes figures of a list of image positions, repeats included
 * @returns of each figure the 2.5th and the 97.5th percentile over 1,000 draws; a draw of which the figure is not
 *   finite is left out
 */
export function bootstrapIntervals<Name extends string>(
  patients: string[],
  figuresAt: (positions: number[]) => Record<Name, number>,
): Record<Name, Interval> {
  return percentiles(drawsOf(patients, (drawn) => figuresAt(drawn.flat())))
}

/**
 * The same for figures that are computed from how often each image counts, which takes no list and no sorting.
 *
 * @param figuresOf computes figures from one weight an image; the array is used again for the next draw
 */
export function bootstrapWeighted<Name extends string>(
  patients: string[],
  figuresOf: (weights: Float64Array) => Record<Name, number>,
): Record<Name, Interval> {
  const weights = new Float64Array(patients.length)
  return percentiles(
    drawsOf(patients, (drawn) => {
      weights.fill(0)
      for (const images of drawn) for (const i of images) weights[i]++
      return figuresOf(weights)
    }),
  )
}

/** @param figuresOf gets the images of each patient that was drawn */
function drawsOf<Figures>(patients: string[], figuresOf: (drawn: number[][]) => Figures): Figures[] {
  const random = createRandom(SEED)
  const groups = [...Map.groupBy(patients.keys(), (i) => patients[i]).values()]
  return Array.from({ length: RESAMPLES }, () =>
    figuresOf(groups.map(() => groups[random.integer(groups.length)])),
  )
}

function percentiles<Name extends string>(draws: Record<Name, number>[]): Record<Name, Interval> {
  const names = Object.keys(draws[0]) as Name[]
  const interval = (name: Name): Interval => {
    const values = draws
      .map((draw) => draw[name])
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    return [quantile(values, TAIL), quantile(values, 1 - TAIL)]
  }
  return Object.fromEntries(names.map((name) => [name, interval(name)])) as Record<Name, Interval>
}
