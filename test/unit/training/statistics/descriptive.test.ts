import {
  mean,
  median,
  populationVariance,
  quantile,
  standardDeviation,
} from '@zoidberg/training/statistics/descriptive.ts'
import { describe, expect, it } from 'vitest'

const values = [2, 4, 4, 4, 5, 5, 7, 9]

describe('descriptive statistics', () => {
  it('have the mean', () => expect(mean(values)).toBe(5))
  it('divide the standard deviation by n - 1', () =>
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12))
  it('have no deviation of a single value', () => expect(standardDeviation([3])).toBe(0))
  it('divide the variance of a population by n', () => expect(populationVariance(values)).toBe(4))
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('have the median of %j', (list, middle) => expect(median(list)).toBe(middle))
  it.each([
    [0, 2],
    [0.5, 5],
    [0.9, 7],
    [1, 9],
  ])('have the value of the nearest rank at %d', (share, value) =>
    expect(quantile(values, share)).toBe(value),
  )
  it('have no quantile of no value', () => expect(quantile([], 0.5)).toBeNaN())
})
