import { maximinThreshold } from '@zoidberg/training/evaluation/maximin-threshold.ts'
import { chooseOperatingPoints } from '@zoidberg/training/evaluation/operating-points.ts'
import { confusionAt, rates } from '@zoidberg/training/metrics/binary.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { expect, it } from 'vitest'

const random = createRandom(5)
const truth = Array.from({ length: 400 }, (_, i) => i % 2)
const scoresWith = (name: string, shift: number) => ({
  name,
  score: truth.map((t) => Math.min(0.999, Math.max(0.001, 0.35 + 0.3 * t + shift + 0.12 * random.normal()))),
})
const scores = [scoresWith('plain', 0), scoresWith('darker', -0.1), scoresWith('brighter', 0.1)]
const at = (score: number[], threshold: number) => rates(confusionAt(truth, score, threshold))
const points = chooseOperatingPoints(truth, scores)

it('chooses the balanced point by the worst rate over all perturbations, and makes it the default', () => {
  expect(points.balanced).toMatchObject({ threshold: maximinThreshold(truth, scores), default: true })
  expect(Object.values(points).filter((point) => point.default)).toHaveLength(1)
})
it('keeps the sensitivity of screening and the specificity of rule-in under every perturbation', () => {
  for (const { score } of scores) {
    expect(at(score, points.screening.threshold).sensitivity).toBeGreaterThanOrEqual(0.98)
    expect(at(score, points['rule-in'].threshold).specificity).toBeGreaterThanOrEqual(0.95)
  }
  expect(points.screening.threshold).toBeLessThanOrEqual(points.balanced.threshold)
  expect(points['rule-in'].threshold).toBeGreaterThanOrEqual(points.balanced.threshold)
})
it('states the rates of plain images', () => {
  for (const { threshold, sensitivity, specificity } of Object.values(points))
    expect(at(scores[0].score, threshold)).toMatchObject({ sensitivity, specificity })
})
