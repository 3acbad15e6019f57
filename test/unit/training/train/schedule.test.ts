import { learningRateAt } from '@zoidberg/training/train/schedule.ts'
import { describe, expect, it } from 'vitest'
import { settings } from '../support/training.ts'

describe('learningRateAt', () => {
  const s = { ...settings, learningRate: 1, warmup: 2, epochs: 12 }
  it('warms up, then falls along a cosine', () => {
    expect(learningRateAt(1, s)).toBeCloseTo(0.5, 2)
    expect(learningRateAt(2, s)).toBe(1)
    expect(learningRateAt(7, s)).toBeCloseTo(0.5, 9)
    expect(learningRateAt(12, s)).toBeCloseTo(0, 9)
  })
  it('or stays', () => expect(learningRateAt(9, { ...s, schedule: 'constant' })).toBe(1))
})
