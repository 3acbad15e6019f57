import { mcnemar } from '@zoidberg/training/statistics/mcnemar.ts'
import { describe, expect, it } from 'vitest'

describe('mcnemar', () => {
  // statsmodels 0.14, mcnemar([[0, b], [c, 0]], exact=True).pvalue
  it.each([
    [5, 15, 0.04138946533203125],
    [0, 3, 0.25],
    [10, 10, 1],
    [100, 140, 0.011664092317677663],
    [12, 1, 0.00341796875],
    [0, 0, 1],
  ])('of %d and %d is %d', (first, second, p) => {
    expect(mcnemar(first, second)).toBeCloseTo(p, 12)
  })
})
