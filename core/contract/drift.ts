/** Whether what a model answers still resembles validation. Pure. */
import type { ReliabilityBin } from './card.ts'
import type { DailyCounts } from './channel.ts'
import type { Share } from './share.ts'

/** A model that is uncertain of more answers than it was of images of validation. */
export type Drift = { model: string; uncertain: number; answers: number; expected: number; images: number }

const TENTHS = 10

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
