/**
 * The same metrics as `binary.ts`, for images that count several times or not at all: what resampling asks for a thousand
 * times. Scores are sorted once.
 */
import { type Confusion, rates } from './binary.ts'

export type WeightedFigures = ReturnType<typeof rates> & { rocAuc: number; averagePrecision: number }

/**
 * Prepares images with a score.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score anything that is larger for likelier positives
 * @returns computes the figures at a threshold, inclusive, from how often each image counts
 */
export function scored(
  truth: ArrayLike<number>,
  score: ArrayLike<number>,
): (weights: Float64Array, threshold: number) => WeightedFigures {
  const order = Uint32Array.from({ length: truth.length }, (_, i) => i).sort((a, b) => score[b] - score[a])
  const sorted = Float64Array.from(order, (i) => score[i])
  const positive = Uint8Array.from(order, (i) => (truth[i] ? 1 : 0))
  return (weights, threshold) => {
    let [tp, fp, area, precisionSum] = [0, 0, 0, 0]
    let [calledTp, calledFp] = [0, 0]
    for (let k = 0; k < order.length; ) {
      const value = sorted[k]
      let [positives, negatives] = [0, 0]
      // What ties counts half against each other: one step of the curve.
      for (; k < order.length && sorted[k] === value; k++) {
        const weight = weights[order[k]]
        if (positive[k]) positives += weight
        else negatives += weight
      }
      area += negatives * (tp + positives / 2)
      tp += positives
      fp += negatives
      if (positives > 0) precisionSum += (positives * tp) / (tp + fp)
      if (value >= threshold) [calledTp, calledFp] = [tp, fp]
    }
    const confusion: Confusion = [
      [fp - calledFp, calledFp],
      [tp - calledTp, calledTp],
    ]
    return {
      ...rates(confusion),
      rocAuc: tp > 0 && fp > 0 ? area / (tp * fp) : Number.NaN,
      averagePrecision: tp > 0 ? precisionSum / tp : 0,
    }
  }
}
