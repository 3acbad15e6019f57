/** From a model's raw probabilities to the answer people get: calibration, operating point, label. Pure. */

import { labelFor, positiveProbability } from './contract/labels.ts'
import type { Prediction } from './contract/prediction.ts'
import { ZoidbergError } from './contract/problems.ts'
import { type Calibration, defaultOperatingPoint, type Manifest } from './manifest.ts'

/** What calibration and operating point make of an image's raw probabilities. */
export type Answer = Pick<Prediction, 'label' | 'probabilities' | 'decision'>

/** Keeps the log-odds of a network that is certain finite. */
const SMALLEST = 1e-20

/**
 * `temperature`: softmax(log p / T) (Guo et al. 2017); T over 1 softens, under 1 sharpens. `platt`: a line through the
 * log-odds of pneumonia (Platt 1999), and a temperature with a bias for its kinds among each other (Alexandari et al. 2020),
 * because a network may be sure that a child is ill and unsure of what, and learnt from another mixture of kinds than it meets.
 *
 * @param probabilities of one image, NORMAL first, summing to 1
 * @returns calibrated probabilities, summing to 1
 */
export function calibrate(probabilities: ArrayLike<number>, calibration: Calibration): number[] {
  if (calibration.method === 'temperature') return soften(Array.from(probabilities), calibration.temperature)
  const [, ...kinds] = Array.from(probabilities)
  const positive = 1 / (1 + Math.exp(-calibration.slope * logOdds(probabilities) - calibration.intercept))
  return [
    1 - positive,
    ...soften(kinds, calibration.temperature, calibration.bias).map((share) => share * positive),
  ]
}

/** Of pneumonia against NORMAL, within ±46. */
export function logOdds(probabilities: ArrayLike<number>): number {
  const [normal, ...kinds] = Array.from(probabilities)
  const pneumonia = kinds.reduce((a, b) => a + b, 0)
  return logOddsOf(pneumonia, normal)
}

/** Of one probability against another, within ±46. */
export const logOddsOf = (one: number, other: number): number =>
  Math.log(Math.max(one, SMALLEST) / Math.max(other, SMALLEST))

/** In logarithms, so that neither certainty nor a large bias becomes 0 / 0. */
function soften(probabilities: number[], temperature: number, bias: number[] = []): number[] {
  const logits = probabilities.map((p, k) => Math.log(Math.max(p, SMALLEST)) / temperature + (bias[k] ?? 0))
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - largest))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/**
 * @param name the default if left out
 * @throws ZoidbergError bad-request if the model has no such operating point
 */
export function operatingPointOf(manifest: Manifest, name = defaultOperatingPoint(manifest)) {
  const point = Object.hasOwn(manifest.operatingPoints, name) ? manifest.operatingPoints[name] : undefined
  if (point) return { name, ...point }
  const known = Object.keys(manifest.operatingPoints).join(', ')
  throw new ZoidbergError(
    'bad-request',
    `Model ${manifest.id} has no operating point "${name}"; it has ${known}.`,
  )
}

/**
 * The answer for one image.
 *
 * @param raw probabilities as the graph gives them, in the order of `manifest.labels`
 * @throws ZoidbergError bad-request if the model has no such operating point
 */
export function decide(raw: ArrayLike<number>, manifest: Manifest, operatingPoint?: string): Answer {
  const { name, threshold } = operatingPointOf(manifest, operatingPoint)
  const calibrated = calibrate(raw, manifest.calibration)
  const probability = positiveProbability(calibrated)
  const positive = probability >= threshold
  return {
    label: labelFor(manifest.labels, calibrated, positive),
    probabilities: Object.fromEntries(manifest.labels.map((label, i) => [label, calibrated[i]])),
    decision: { positive, probability, threshold, operatingPoint: name },
  }
}
