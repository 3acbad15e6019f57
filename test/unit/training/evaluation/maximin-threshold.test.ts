import { maximinThreshold } from '@zoidberg/training/evaluation/maximin-threshold.ts'
import { perturbedFigures } from '@zoidberg/training/evaluation/perturbations.ts'
import { confusionAt, rates } from '@zoidberg/training/metrics/binary.ts'
import { expect, it } from 'vitest'

it('chooses the threshold that holds over all perturbations together, not on plain images alone', () => {
  const truth = [0, 0, 0, 0, 1, 1, 1, 1]
  const plain = [0.1, 0.1, 0.2, 0.2, 0.4, 0.6, 0.8, 0.9]
  const eager = [0.3, 0.4, 0.45, 0.5, 0.7, 0.8, 0.9, 0.95]
  const scores = [
    { name: 'plain', score: plain },
    { name: 'eager', score: eager },
  ]
  const threshold = maximinThreshold(truth, scores)
  // Worst of all rates: 0.75 from 0.45 to 0.6, whose middle this is.
  expect(threshold).toBeCloseTo((0.475 + 0.55) / 2, 9)
  expect(perturbedFigures(truth, scores, threshold)[1]).toMatchObject({
    name: 'eager',
    sensitivity: 1,
    specificity: 1,
    rocAuc: 1,
  })
  expect(rates(confusionAt(truth, plain, threshold)).sensitivity).toBe(0.75)
})

it('prefers the threshold before the crossing where that is the better one', () => {
  // At 0.25 both rates are 2/3 or more; at the next one up sensitivity is 1/3.
  const truth = [0, 0, 0, 1, 1, 1]
  const score = [0.1, 0.2, 0.7, 0.3, 0.3, 0.9]
  const threshold = maximinThreshold(truth, [{ name: 'plain', score }])
  expect(rates(confusionAt(truth, score, threshold))).toMatchObject({ sensitivity: 1, specificity: 2 / 3 })
})

it('finds a threshold even where every score is the same', () =>
  expect(maximinThreshold([0, 1], [{ name: 'plain', score: [1, 1] }])).toBeGreaterThan(0))
