import { isScored, type Trial } from '@zoidberg/core/trials.ts'

/** Optuna's MedianPruner: so many trials have to show what is usual, and the first epoch says little. */
const TRIALS_TO_COMPARE = 5
const WARM_UP = 1

/** Whether a learning curve is below the median of the others at its epoch, taken at their best so far. */
export function isHopeless(curve: readonly number[], others: readonly Trial[]): boolean {
  const epoch = curve.length
  const seen = others.filter((trial) => isScored(trial) && trial.curve.length >= epoch)
  if (epoch <= WARM_UP || seen.length < TRIALS_TO_COMPARE) return false
  const best = (values: readonly number[]) => Math.max(...values.slice(0, epoch))
  const bests = seen.map((trial) => best(trial.curve)).sort((a, b) => a - b)
  return best(curve) < bests[Math.floor(bests.length / 2)]
}
