/** What turns a network's probabilities into honest ones, fitted on validation. */
import type { Calibration } from '@zoidberg/core/manifest.ts'
import { calibrate, logOdds } from '@zoidberg/core/prediction.ts'

const [COLDEST, HOTTEST] = [0.1, 10]
const STEPS = 60 // of golden-section search: far beyond what the data can tell
/** A network that ranks worse than chance is not turned around. */
const LEAST_SLOPE = 0.01

/** Mean negative log-likelihood of the true classes. */
export function logLoss(truth: number[], probabilities: ArrayLike<number>[]): number {
  return truth.reduce((sum, t, i) => sum - Math.log(Math.max(probabilities[i][t], 1e-12)), 0) / truth.length
}

/**
 * @param truth class index of each sample, 0 is NORMAL
 * @param copies raw probabilities of the samples under each shift, plain first: pneumonia is calibrated over all of them,
 * because images that nobody tuned on look like any of them, and its kinds on the plain ones
 */
export function fitCalibration(truth: number[], copies: ArrayLike<number>[][]): Calibration {
  const { slope, intercept } = fitPlatt(
    copies.flatMap(() => truth.map((t) => Number(t > 0))),
    copies.flatMap((rows) => rows.map(logOdds)),
  )
  const ill = truth.flatMap((t, i) => (t > 0 ? [i] : []))
  const kinds = ill.map((i) => Array.from(copies[0][i]).slice(1))
  const temperature =
    kinds[0].length > 1
      ? fitTemperature(
          ill.map((i) => truth[i] - 1),
          kinds,
        )
      : 1
  return slope < LEAST_SLOPE
    ? { method: 'platt', slope: LEAST_SLOPE, intercept: 0, temperature }
    : { method: 'platt', slope, intercept, temperature }
}

/**
 * P(1) = 1 / (1 + exp(-slope * score - intercept)) with the least log loss against Platt's softened targets, which keep
 * it finite where the scores separate the classes; by Newton's method with halved steps (Lin, Lin & Weng 2007).
 *
 * @param truth 0 or 1
 */
export function fitPlatt(truth: number[], score: number[]): { slope: number; intercept: number } {
  const positives = truth.reduce((a, b) => a + b, 0)
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (truth.length - positives + 2)]
  const loss = (slope: number, intercept: number) =>
    score.reduce((sum, s, i) => {
      const z = slope * s + intercept
      return sum + Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - (truth[i] ? high : low) * z
    }, 0)
  let [slope, intercept] = [0, Math.log((positives + 1) / (truth.length - positives + 1))]
  for (let iteration = 0; iteration < 100; iteration++) {
    let [g, h, gg, gh, hh] = [0, 0, 1e-12, 0, 1e-12]
    score.forEach((s, i) => {
      const p = 1 / (1 + Math.exp(-slope * s - intercept))
      const [difference, curvature] = [p - (truth[i] ? high : low), p * (1 - p)]
      g += s * difference
      h += difference
      gg += s * s * curvature
      gh += s * curvature
      hh += curvature
    })
    if (Math.max(Math.abs(g), Math.abs(h)) < 1e-6) break
    const determinant = gg * hh - gh * gh
    const [stepSlope, stepIntercept] = [(hh * g - gh * h) / determinant, (gg * h - gh * g) / determinant]
    const before = loss(slope, intercept)
    let share = 1
    const isNoWorse = () => loss(slope - share * stepSlope, intercept - share * stepIntercept) <= before
    while (share > 1e-6 && !isNoWorse()) share /= 2
    if (share <= 1e-6) break
    slope -= share * stepSlope
    intercept -= share * stepIntercept
  }
  return { slope, intercept }
}

/** The temperature with the least log loss, by golden-section search on its logarithm; the loss has one minimum. */
export function fitTemperature(truth: number[], probabilities: ArrayLike<number>[]): number {
  const loss = (logT: number) =>
    logLoss(
      truth,
      probabilities.map((p) => calibrate(p, { method: 'temperature', temperature: Math.exp(logT) })),
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
