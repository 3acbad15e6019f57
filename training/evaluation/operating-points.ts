/** Named thresholds on P(pneumonia), chosen on validation and nowhere else. */

import type { OperatingPoint } from '@zoidberg/core/contract/card.ts'
import { confusionAt, curve, rates } from '../metrics/binary.ts'
import type { ShiftScores } from './shifts.ts'
import { thresholdUnderShift } from './threshold-under-shift.ts'

const SCREENING_SENSITIVITY = 0.98
const RULE_IN_SPECIFICITY = 0.95

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

/** As frequent as the two classes are in a balanced test, whatever the training part was. */
const EVEN_PRIOR = 0.5

/** What the usual rules would choose on plain validation, and what each gives there. For comparison: none is served. */
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

/**
 * The operating points of a manifest. They have to hold for images that nobody tuned on, so `screening` keeps its
 * sensitivity and `rule-in` its specificity under every shift, and neither is less so than `balanced`; the rates stated
 * beside them are those of plain validation.
 */
export function chooseOperatingPoints(truth: number[], scores: ShiftScores): Record<string, OperatingPoint> {
  const plain = scores[0].score
  const point = (threshold: number, rule: string): OperatingPoint => {
    const { sensitivity, specificity } = rates(confusionAt(truth, plain, threshold))
    return { threshold, sensitivity, specificity, rule: `${rule} of the validation part` }
  }
  const each = (choose: (score: number[]) => number) => scores.map(({ score }) => choose(score))
  const balanced = thresholdUnderShift(truth, scores)
  const screening = Math.min(...each((score) => thresholdForSensitivity(truth, score, SCREENING_SENSITIVITY)))
  const ruleIn = Math.max(...each((score) => thresholdForSpecificity(truth, score, RULE_IN_SPECIFICITY)))
  return {
    balanced: {
      ...point(balanced, 'lowest sensitivity meets lowest specificity over all shifted copies'),
      default: true,
    },
    screening: point(
      Math.min(screening, balanced),
      `sensitivity of at least ${100 * SCREENING_SENSITIVITY} % in every shifted copy`,
    ),
    'rule-in': point(
      Math.max(ruleIn, balanced),
      `specificity of at least ${100 * RULE_IN_SPECIFICITY} % in every shifted copy`,
    ),
  }
}
