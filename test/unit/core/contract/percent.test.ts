import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { describe, expect, it } from 'vitest'

describe('a probability', () => {
  it('is never written as certain, however close it is', () => {
    const texts = [0, 1e-9, 0.0004, 0.0006, 0.5, 0.9994, 0.9996, 1].map(probabilityPercent)
    expect(texts).toEqual([
      'under 0.1 %',
      'under 0.1 %',
      'under 0.1 %',
      '0.1 %',
      '50.0 %',
      '99.9 %',
      'over 99.9 %',
      'over 99.9 %',
    ])
  })
})

describe('a counted rate', () => {
  it('is 100 % only where all were right, and 0 % only where none was', () => {
    expect([0, 1e-6, 0.123, 0.99999, 1].map(ratePercent)).toEqual([
      '0 %',
      '0.1 %',
      '12.3 %',
      '99.9 %',
      '100 %',
    ])
  })
  it('of nothing is a dash', () => {
    expect(ratePercent(Number.NaN)).toBe('–')
  })
})
