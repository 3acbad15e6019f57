/** Rules that choose a threshold on P(pneumonia) from scores on validation. */
import { confusionAt, curve, rates } from '../metrics/binary.ts'

export const SCREENING_SENSITIVITY = 0.98
export const RULE_IN_SPECIFICITY = 0.95
/** As frequent as the two classes are in a balanced test, whatever the training part was. */
const EVEN_PRIOR = 0.5

/**
 * Finds the highest threshold that reaches a sensitivity, halfway to the next score so that rounding moves nobody.
 *
 * @param truth 1 for pneumonia, at least one
 * @param score P(pneumonia)
 * @param sensitivity in [0, 1]
 * @returns a threshold of the score, inclusive, in [0, 1]
 */
export function thresholdForSensitivity(truth: number[], score: number[], sensitivity: number): number {
  const points = curve(truth, score)
  const positives = points[points.length - 1].truePositives
  const index = points.findIndex((point) => point.truePositives >= sensitivity * positives)
  return halfway(points, index)
}

/**
 * Finds the lowest threshold that reaches a specificity, halfway to the next score below.
 *
 * @param truth 1 for pneumonia, at least one that is not
 * @param score P(pneumonia)
 * @param specificity in [0, 1]
 * @returns a threshold of the score, inclusive, in [0, 1]
 */
export function thresholdForSpecificity(truth: number[], score: number[], specificity: number): number {
  const points = curve(truth, score)
  const negatives = points[points.length - 1].falsePositives
  const index = points.findLastIndex((point) => negatives - point.falsePositives >= specificity * negatives)
  return halfway(points, index)
}

/**
 * Finds the threshold with the largest sensitivity + specificity - 1 (Youden 1950).
 *
 * @param truth 1 for pneumonia, both classes
 * @param score P(pneumonia)
 * @returns a threshold of the score, inclusive, in [0, 1]
 */
export function youdenThreshold(truth: number[], score: number[]): number {
  const points = curve(truth, score)
  const { truePositives: positives, falsePositives: negatives } = points[points.length - 1]
  const gain = points.map((p) => p.truePositives / positives - p.falsePositives / negatives)
  return halfway(points, gain.indexOf(gain.reduce((a, b) => Math.max(a, b))))
}

/**
 * Finds the threshold to use where pneumonia is as frequent as `prior`, on probabilities that are calibrated to the
 * share in `truth` (Saerens et al. 2002): where the corrected probability is one half.
 *
 * @param truth 1 for pneumonia, both classes
 * @param prior in (0, 1)
 * @returns a threshold of the probability, in (0, 1)
 */
export function priorCorrectedThreshold(truth: number[], prior: number): number {
  const trained = truth.reduce((a, b) => a + b, 0) / truth.length
  const odds = ((trained / (1 - trained)) * (1 - prior)) / prior
  return odds / (1 + odds)
}

/**
 * Computes what the usual rules would choose on plain validation images. For comparison: none of them is served.
 *
 * @param truth 1 for pneumonia, both classes
 * @param score calibrated P(pneumonia)
 * @returns of each rule its threshold, and the rates that the threshold gives on the same images
 */
export function thresholdRules(truth: number[], score: number[]) {
  const rules = {
    'Youden (1950)': youdenThreshold(truth, score),
    [`sensitivity ${100 * SCREENING_SENSITIVITY} %`]: thresholdForSensitivity(
      truth,
      score,
      SCREENING_SENSITIVITY,
    ),
    [`specificity ${100 * RULE_IN_SPECIFICITY} %`]: thresholdForSpecificity(
      truth,
      score,
      RULE_IN_SPECIFICITY,
    ),
    [`corrected to a prior of ${100 * EVEN_PRIOR} %`]: priorCorrectedThreshold(truth, EVEN_PRIOR),
  }
  return Object.entries(rules).map(([rule, threshold]) => {
    const { sensitivity, specificity, balancedAccuracy } = rates(confusionAt(truth, score, threshold))
    return { rule, threshold, sensitivity, specificity, balancedAccuracy }
  })
}

function halfway(points: { threshold: number }[], index: number): number {
  const here = Math.min(1, points[index].threshold)
  const below = index + 1 < points.length ? points[index + 1].threshold : 0
  return (here + below) / 2
}
