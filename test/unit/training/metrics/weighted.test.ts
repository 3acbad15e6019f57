import { averagePrecision, confusionAt, logLoss, rates, rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { scored } from '@zoidberg/training/metrics/weighted.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { expect, it } from 'vitest'

it('figures of images that count several times are those of the images repeated, ties included', () => {
  const random = createRandom(3)
  const truth = Array.from({ length: 60 }, () => random.integer(2))
  const score = Array.from({ length: 60 }, () => random.integer(12) / 11)
  const weights = Float64Array.from({ length: 60 }, () => random.integer(4))
  const positions = [...weights].flatMap((count, i) => new Array<number>(count).fill(i))
  const [t, s] = [positions.map((i) => truth[i]), positions.map((i) => score[i])]
  const threshold = 5 / 11
  const figures = scored(truth, score)(weights, threshold)
  const expected = {
    ...rates(confusionAt(t, s, threshold)),
    rocAuc: rocAuc(t, s),
    averagePrecision: averagePrecision(t, s),
  }
  for (const [name, value] of Object.entries(expected))
    expect(figures[name as keyof typeof figures], name).toBeCloseTo(value, 12)
})

it('of one class, areas have no value', () =>
  expect(scored([1, 1], [0.2, 0.7])(Float64Array.of(1, 1), 0.5)).toMatchObject({
    sensitivity: 0.5,
    specificity: Number.NaN,
    rocAuc: Number.NaN,
  }))

// sklearn.metrics.log_loss([1, 0, 1], [0.9, 0.2, 0.6])
it('the log loss is the mean of what the truth was given, and finite for a certainty that was wrong', () => {
  expect(logLoss([1, 0, 1], [0.9, 0.2, 0.6])).toBeCloseTo(0.2797765635793423, 12)
  expect(logLoss([1], [0])).toBeCloseTo(27.63, 2)
})
