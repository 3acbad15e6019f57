/** How honest probabilities are, bin by bin, with intervals over patients. */
import type { ReliabilityBin } from '@zoidberg/core/contract/card.ts'
import { reliability } from '../metrics/binary.ts'
import { proportionInterval } from '../statistics/proportion.ts'
import type { ScoredImages } from './figures.ts'

/** @returns the bins that have images, from the lowest probability up */
export function reliabilityBins({ truth, score, patients }: ScoredImages): ReliabilityBin[] {
  const bins = reliability(truth, score)
  const rounded = (value: number) => Number(value.toFixed(4))
  return bins.flatMap(({ count, meanScore, positiveShare }, k) => {
    if (count === 0) return []
    const isIn = score.map((s) => Number(Math.min(bins.length - 1, Math.floor(s * bins.length)) === k))
    const [least, most] = proportionInterval(patients, truth, isIn).map(rounded)
    return [{ count, meanScore: rounded(meanScore), positiveShare: rounded(positiveShare), least, most }]
  })
}
