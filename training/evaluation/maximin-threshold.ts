/** The threshold that holds best for images that nobody tuned on. */
import { confusionAt, rates } from '../metrics/binary.ts'
import type { PerturbedScores } from './perturbations.ts'

/**
 * Finds the threshold whose worst rate is best (maximin): there the lowest sensitivity over all perturbations meets the
 * lowest specificity, as far from failing either way as it can be. Where a range of thresholds is as good, its middle.
 *
 * @param truth 1 for pneumonia, both classes
 * @returns a threshold of the score, in (0, 1)
 */
export function maximinThreshold(truth: number[], scores: PerturbedScores): number {
  const all = [...new Set(scores.flatMap(({ score }) => score))].sort((a, b) => a - b)
  const between = [...all.keys()].map((i) => ((all[i - 1] ?? 0) + all[i]) / 2)
  const lowest = (key: 'sensitivity' | 'specificity', threshold: number) =>
    Math.min(...scores.map(({ score }) => rates(confusionAt(truth, score, threshold))[key]))
  const worst = (i: number) =>
    i < 0 ? 0 : Math.min(lowest('sensitivity', between[i]), lowest('specificity', between[i]))
  // Sensitivity falls and specificity rises with the threshold: the worse of them rises up to where they cross, then falls.
  const crossed = firstIndex(
    between.length,
    (i) => lowest('sensitivity', between[i]) <= lowest('specificity', between[i]),
  )
  const crossing = Math.min(crossed, between.length - 1) // all scores alike never cross
  const best = Math.max(worst(crossing - 1), worst(crossing))
  const first = firstIndex(between.length, (i) => i >= crossing || worst(i) >= best)
  const last = firstIndex(between.length, (i) => i >= crossing && worst(i) < best) - 1
  return (between[first] + between[last]) / 2
}

/** By bisection: `isPast` is false up to some index and true from there on; `length` if it never is. */
function firstIndex(length: number, isPast: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isPast(middle)) high = middle
    else low = middle + 1
  }
  return low
}
