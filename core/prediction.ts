/** From a model's raw probabilities to the answer people get: calibration, operating point, label. Pure. */
import { ZoidbergError } from './errors.ts'
import { type Decision, type Label, labelFor, positiveProbability } from './labels.ts'
import { defaultOperatingPoint, type Manifest } from './manifest.ts'

export type Judgement = { label: Label; probabilities: Partial<Record<Label, number>>; decision: Decision }

/**
 * Temperature scaling (Guo et al. 2017): softmax(log p / T). T over 1 softens, under 1 sharpens.
 *
 * @param probabilities of one image, summing to 1
 * @returns calibrated probabilities, summing to 1
 */
export function calibrate(probabilities: ArrayLike<number>, temperature: number): number[] {
  const powers = Array.from(probabilities, (p) => Math.max(p, Number.MIN_VALUE) ** (1 / temperature))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/**
 * The answer for one image.
 *
 * @param raw probabilities as the graph gives them, in the order of `manifest.labels`
 * @throws ZoidbergError bad-request if the model has no such operating point
 */
export function judge(raw: ArrayLike<number>, manifest: Manifest, operatingPoint?: string): Judgement {
  const name = operatingPoint ?? defaultOperatingPoint(manifest)
  const point = Object.hasOwn(manifest.operatingPoints, name) ? manifest.operatingPoints[name] : undefined
  if (!point) {
    const known = Object.keys(manifest.operatingPoints).join(', ')
    throw new ZoidbergError(
      'bad-request',
      `Model ${manifest.id} has no operating point "${name}"; it has ${known}.`,
    )
  }
  const calibrated = calibrate(raw, manifest.calibration.temperature)
  const probability = positiveProbability(calibrated)
  const positive = probability >= point.threshold
  return {
    label: labelFor(manifest.labels, calibrated, positive),
    probabilities: Object.fromEntries(manifest.labels.map((label, i) => [label, calibrated[i]])),
    decision: { positive, probability, threshold: point.threshold, operatingPoint: name },
  }
}
