/** Whether what a model answers still resembles validation. Pure. */
import type { ReliabilityBin } from './card.ts'
import type { DailyCounts } from './channel.ts'

/** A model that is uncertain of more answers than it was of images of validation. */
export type Drift = { model: string; uncertain: number; answers: number; expected: number; images: number }

/** How often something happened, of how many times it could have. */
export type Share = { of: number; count: number }

/** Fewer say nothing, however few times it could have happened. */
const LEAST = 5
/** One chance in 30,000 for one look; looks at sums that grow are hardly independent of each other. */
const Z_LIMIT = 4
const TENTHS = 10

/**
 * Compares two shares by the pooled z-test of two proportions, one-sided.
 *
 * @returns whether the first is higher than chance explains
 */
export function isHigher(one: Share, other: Share): boolean {
  if (one.count < LEAST || other.of === 0) return false
  const pooled = (one.count + other.count) / (one.of + other.of)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
  const difference = one.count / one.of - other.count / other.of
  return spread > 0 && difference / spread > Z_LIMIT
}

/** @param probability of any finding, in [0, 1] */
export const tenthOf = (probability: number): string =>
  `p${Math.min(TENTHS - 1, Math.floor(TENTHS * probability))}`

/** @returns the answers of some days by tenths of the probability, from the lowest on */
export const tenthsOfDays = (days: readonly Pick<DailyCounts, 'probability'>[]): number[] =>
  Array.from({ length: TENTHS }, (_, i) =>
    days.reduce((sum, { probability }) => sum + (probability?.[`p${i}`] ?? 0), 0),
  )

/** @returns the images of validation by tenths of the probability, from the lowest on */
export function tenthsOfBins(bins: readonly Pick<ReliabilityBin, 'meanScore' | 'count'>[]): number[] {
  const tenths = new Array<number>(TENTHS).fill(0)
  for (const { meanScore, count } of bins)
    tenths[Math.min(TENTHS - 1, Math.floor(TENTHS * meanScore))] += count
  return tenths
}

/**
 * Answers that are neither clearly normal nor clearly ill. How many ill ones there are differs between places, and says
 * little of the model; X-rays that it does not know make it uncertain.
 *
 * @param tenths answers by tenths of the probability
 */
export function uncertainOf(tenths: readonly number[]): Share {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  return { of: sum(tenths), count: sum(tenths.slice(1, -1)) }
}
