/** Named thresholds on P(pneumonia), chosen on validation and nowhere else. */

import type { OperatingPoint } from '@zoidberg/core/manifest.ts'
import { confusionAt, curve, rates } from '@zoidberg/core/metrics/binary.ts'

export const SCREENING_SENSITIVITY = 0.98
export const RULE_IN_SPECIFICITY = 0.95

/** The highest threshold that reaches a sensitivity, halfway to the next score so that rounding moves nobody. */
export function thresholdForSensitivity(truth: number[], score: number[], sensitivity: number): number {
  const points = curve(truth, score)
  const positives = points[points.length - 1].truePositives
  const index = points.findIndex((point) => point.truePositives >= sensitivity * positives)
  return halfway(points, index)
}

/** The lowest threshold that reaches a specificity. */
export function thresholdForSpecificity(truth: number[], score: number[], specificity: number): number {
  const points = curve(truth, score)
  const negatives = points[points.length - 1].falsePositives
  const index = points.findLastIndex((point) => negatives - point.falsePositives >= specificity * negatives)
  return halfway(points, index)
}

/** Youden (1950): the threshold with the largest sensitivity + specificity - 1. */
export function youdenThreshold(truth: number[], score: number[]): number {
  const points = curve(truth, score)
  const { truePositives: positives, falsePositives: negatives } = points[points.length - 1]
  const gain = points.map((p) => p.truePositives / positives - p.falsePositives / negatives)
  return halfway(points, gain.indexOf(Math.max(...gain)))
}

/**
 * The threshold to use where pneumonia is as frequent as `prior`, on probabilities that are calibrated to the share
 * in `truth` (Saerens et al. 2002): where the corrected probability is one half.
 */
export function priorCorrectedThreshold(truth: number[], prior: number): number {
  const trained = truth.reduce((a, b) => a + b, 0) / truth.length
  const odds = ((trained / (1 - trained)) * (1 - prior)) / prior
  return odds / (1 + odds)
}

function halfway(points: { threshold: number }[], index: number): number {
  const here = Math.min(1, points[index].threshold)
  const below = index + 1 < points.length ? points[index + 1].threshold : 0
  return (here + below) / 2
}

/** The operating points of a manifest; `balanced` is the threshold that was chosen under shift. */
export function chooseOperatingPoints(
  truth: number[],
  score: number[],
  balanced: number,
): Record<string, OperatingPoint> {
  const point = (threshold: number, rule: string): OperatingPoint => {
    const { sensitivity, specificity } = rates(confusionAt(truth, score, threshold))
    return { threshold, sensitivity, specificity, rule: `${rule}, on the validation part` }
  }
  const percent = (share: number) => `${100 * share} %`
  return {
    balanced: { ...point(balanced, 'largest sensitivity + specificity over shifted copies'), default: true },
    screening: point(
      thresholdForSensitivity(truth, score, SCREENING_SENSITIVITY),
      `sensitivity of at least ${percent(SCREENING_SENSITIVITY)}`,
    ),
    'rule-in': point(
      thresholdForSpecificity(truth, score, RULE_IN_SPECIFICITY),
      `specificity of at least ${percent(RULE_IN_SPECIFICITY)}`,
    ),
  }
}
