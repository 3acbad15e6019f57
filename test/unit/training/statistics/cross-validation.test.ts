import { summarizeFolds } from '@zoidberg/training/statistics/cross-validation.ts'
import { expect, it } from 'vitest'

it('summarises folds as a sample: the spread is divided by n - 1', () => {
  const { mean, std } = summarizeFolds([0.8, 0.9, 1])
  expect(mean).toBeCloseTo(0.9, 12)
  expect(std).toBeCloseTo(0.1, 12)
})
it('knows no spread of one fold', () => expect(summarizeFolds([0.7])).toEqual({ mean: 0.7, std: 0 }))
