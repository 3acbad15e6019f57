/** Named thresholds on P(pneumonia), chosen on validation and nowhere else. */
import type { OperatingPoint } from '@zoidberg/core/contract/card.ts'
import { confusionAt, rates } from '../metrics/binary.ts'
import { maximinThreshold } from './maximin-threshold.ts'
import type { PerturbedScores } from './perturbations.ts'
import {
  RULE_IN_SPECIFICITY,
  SCREENING_SENSITIVITY,
  thresholdForSensitivity,
  thresholdForSpecificity,
} from './threshold-rules.ts'

/**
 * Chooses the operating points of a manifest. They have to hold for images that nobody tuned on, so `screening` keeps its
 * sensitivity and `rule-in` its specificity for every stranger (`strangers.ts`), and neither is less so than `balanced`.
 *
 * @param truth 1 for pneumonia, both classes
 * @param scores the plain ones first
 * @returns by name; the rates stated beside each threshold are those of plain validation images
 */
export function chooseOperatingPoints(
  truth: number[],
  scores: PerturbedScores,
): Record<string, OperatingPoint> {
  const plain = scores[0].score
  const point = (threshold: number, rule: string): OperatingPoint => {
    const { sensitivity, specificity } = rates(confusionAt(truth, plain, threshold))
    return { threshold, sensitivity, specificity, rule }
  }
  const each = (choose: (score: number[]) => number) => scores.map(({ score }) => choose(score))
  const balanced = maximinThreshold(truth, scores)
  const screening = Math.min(...each((score) => thresholdForSensitivity(truth, score, SCREENING_SENSITIVITY)))
  const ruleIn = Math.max(...each((score) => thresholdForSpecificity(truth, score, RULE_IN_SPECIFICITY)))
  return {
    balanced: {
      ...point(
        balanced,
        'lowest sensitivity meets lowest specificity over the validation part as twelve strangers might have taken it',
      ),
      default: true,
    },
    screening: point(
      Math.min(screening, balanced),
      `sensitivity of at least ${100 * SCREENING_SENSITIVITY} % for every one of these strangers`,
    ),
    'rule-in': point(
      Math.max(ruleIn, balanced),
      `specificity of at least ${100 * RULE_IN_SPECIFICITY} % for every one of these strangers`,
    ),
  }
}
