/** What the differences of two models on the same images allow to say, and nothing beyond that. */
import {
  COMPARED_FIGURES,
  type Differences,
  NOT_ENOUGH,
  type Verdict,
} from '@zoidberg/core/contract/comparison.ts'

const SIGNIFICANCE = 0.05
/** With fewer, a single image moves accuracy by more than a point. */
const MIN_IMAGES = 100
/** Of either class: with fewer, a single image moves sensitivity or specificity by 3.4 points or more. */
const MIN_OF_A_CLASS = 30
/** Of accuracy, 10 points: "no difference" must not be said where one model may well be five points better. */
const MAX_INTERVAL = 0.1

/**
 * Decides what may be said. Accuracy decides between better and worse, and McNemar's test and the interval must agree
 * on it; but a model is neither while another figure moves the other way, so that no sensitivity is traded for
 * specificity unseen.
 *
 * @param truth 1 for pneumonia
 * @param p of McNemar's test
 * @param differences candidate minus incumbent
 * @returns 'no difference' only where no figure's 95 % interval excludes zero
 */
export function verdictOf(truth: readonly number[], p: number, differences: Differences): Verdict {
  const positives = truth.reduce((sum, t) => sum + t, 0)
  if (truth.length < MIN_IMAGES) return NOT_ENOUGH
  if (Math.min(positives, truth.length - positives) < MIN_OF_A_CLASS) return NOT_ENOUGH
  const [low, high] = differences.accuracy.interval
  if (low <= 0 && high >= 0 && high - low > MAX_INTERVAL) return NOT_ENOUGH

  // A difference that is not a number compares as false: it has neither risen nor fallen.
  const risen = COMPARED_FIGURES.filter((name) => differences[name].interval[0] > 0)
  const fallen = COMPARED_FIGURES.filter((name) => differences[name].interval[1] < 0)
  if (risen.length + fallen.length === 0) return 'no difference'
  if (p < SIGNIFICANCE && risen.includes('accuracy') && fallen.length === 0) return 'better'
  if (p < SIGNIFICANCE && fallen.includes('accuracy') && risen.length === 0) return 'worse'
  return 'different'
}
