/** Temperature scaling, fitted on validation (Guo et al. 2017). */
import { calibrate } from '@zoidberg/core/prediction.ts'

const [COLDEST, HOTTEST] = [0.1, 10]
const STEPS = 60 // of golden-section search: far beyond what the data can tell

/** Mean negative log-likelihood of the true classes. */
export function logLoss(truth: number[], probabilities: ArrayLike<number>[]): number {
  return truth.reduce((sum, t, i) => sum - Math.log(Math.max(probabilities[i][t], 1e-12)), 0) / truth.length
}

/** The temperature with the least log loss, by golden-section search on its logarithm; the loss has one minimum. */
export function fitTemperature(truth: number[], probabilities: ArrayLike<number>[]): number {
  const loss = (logT: number) =>
    logLoss(
      truth,
      probabilities.map((p) => calibrate(p, Math.exp(logT))),
    )
  const golden = (Math.sqrt(5) - 1) / 2
  let [low, high] = [Math.log(COLDEST), Math.log(HOTTEST)]
  for (let i = 0; i < STEPS; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)]
    if (loss(a) < loss(b)) high = b
    else low = a
  }
  return Math.exp((low + high) / 2)
}
