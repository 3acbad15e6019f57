/** What turns a network's probabilities into honest ones, fitted on validation. */
import type { Calibration } from '@zoidberg/core/manifest.ts'
import { logOdds, logOddsOf } from '@zoidberg/core/prediction.ts'

/** A network that ranks worse than chance is not turned around. */
const MIN_SLOPE = 0.01

/**
 * Calibrates the finding over plain images and strangers, because images that nobody tuned on look like any of them, and
 * the kinds of pneumonia on the plain images.
 *
 * @param truth class index of each sample, 0 is NORMAL
 * @param perturbed raw probabilities of the samples as each of them, the plain ones first
 * @returns the calibration of a manifest
 */
export function fitCalibration(truth: number[], perturbed: ArrayLike<number>[][]): Calibration {
  const { slope, intercept } = fitLine(
    perturbed.flatMap(() => truth.map((t) => Number(t > 0))),
    perturbed.flatMap((rows) => rows.map(logOdds)),
  )
  return { method: 'platt', slope, intercept, ...fitSubtypes(truth, perturbed[0]) }
}

/**
 * Fits a line through the log-odds of the two subtypes too: its slope is one over the temperature, its intercept the
 * bias of the second. Balanced sampling shows a network as many of either, which is not how often they are met.
 */
function fitSubtypes(truth: number[], rows: ArrayLike<number>[]): { temperature: number; bias?: number[] } {
  if (rows[0].length < 3) return { temperature: 1 }
  const ill = truth.flatMap((t, i) => (t > 0 ? [i] : []))
  if (rows[0].length > 3) return { temperature: bestTemperature(ill.map((i) => [truth[i] - 1, rows[i]])) }
  const { slope, intercept } = fitLine(
    ill.map((i) => truth[i] - 1),
    ill.map((i) => logOddsOf(rows[i][2], rows[i][1])),
  )
  return { temperature: 1 / slope, bias: [0, intercept] }
}

/** Temperatures that are tried: a network is hardly ever further off. */
const TEMPERATURES = Array.from({ length: 41 }, (_, i) => 2 ** ((i - 20) / 10))

/** Of findings among each other: the one with the least log loss (Guo et al. 2017). */
function bestTemperature(samples: [kind: number, row: ArrayLike<number>][]): number {
  const lossAt = (temperature: number) =>
    samples.reduce((sum, [kind, row]) => {
      const [, ...kinds] = Array.from(row)
      const logits = kinds.map((p) => Math.log(Math.max(p, Number.MIN_VALUE)) / temperature)
      const largest = logits.reduce((a, b) => Math.max(a, b))
      const total = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0)
      return sum + largest + Math.log(total) - logits[kind]
    }, 0)
  const losses = TEMPERATURES.map(lossAt)
  return TEMPERATURES[losses.indexOf(losses.reduce((a, b) => Math.min(a, b)))]
}

/** Platt's line; where it would turn the order of the scores around, a nearly level one at the base rate. */
function fitLine(truth: number[], score: number[]): { slope: number; intercept: number } {
  const line = fitPlatt(truth, score)
  return line.slope < MIN_SLOPE ? { slope: MIN_SLOPE, intercept: baseLogOdds(truth) } : line
}

/** Of 1 against 0, by how often either is true (Laplace's rule). */
function baseLogOdds(truth: number[]): number {
  const positives = truth.reduce((a, b) => a + b, 0)
  return Math.log((positives + 1) / (truth.length - positives + 1))
}

/**
 * Fits P(1) = 1 / (1 + exp(-slope * score - intercept)) with the least log loss against Platt's softened targets, which
 * keep it finite where the scores separate the classes; by Newton's method with halved steps (Lin, Lin & Weng 2007).
 *
 * @param truth 0 or 1
 * @param score of each, any finite number
 * @returns the line on the scores
 */
export function fitPlatt(truth: number[], score: number[]): { slope: number; intercept: number } {
  const positives = truth.reduce((a, b) => a + b, 0)
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (truth.length - positives + 2)]
  const loss = (slope: number, intercept: number) =>
    score.reduce((sum, s, i) => {
      const z = slope * s + intercept
      return sum + Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - (truth[i] ? high : low) * z
    }, 0)
  let [slope, intercept] = [0, baseLogOdds(truth)]
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
