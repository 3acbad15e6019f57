/** When an unpromising trial is stopped before its last epoch. */
import { median } from '../statistics/descriptive.ts'
import { isScored, type Trial } from './trials.ts'

/** As in Optuna's MedianPruner: so many trials have to show what is usual, and the first epoch says little. */
const TRIALS_TO_COMPARE = 5
const WARM_UP = 1

/**
 * Decides whether a trial is unpromising: whether the best of its learning curve so far is below the median of what all
 * others, pruned ones too, had by then. (Optuna compares with the values at that very epoch, and of trials that ended
 * well.)
 *
 * @param curve scores by epoch
 * @param others that it is compared with
 * @returns false while there are too few epochs or others to tell
 */
export function isWorseThanMedian(curve: readonly number[], others: readonly Trial[]): boolean {
  const epoch = curve.length
  const seen = others.filter((trial) => isScored(trial) && trial.curve.length >= epoch)
  if (epoch <= WARM_UP || seen.length < TRIALS_TO_COMPARE) return false
  const best = (values: readonly number[]) => Math.max(...values.slice(0, epoch))
  return best(curve) < median(seen.map((trial) => best(trial.curve)))
}
