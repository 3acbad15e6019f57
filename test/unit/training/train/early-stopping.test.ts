import { notStarted, observe } from '@zoidberg/training/train/early-stopping.ts'
import { describe, expect, it } from 'vitest'

describe('early stopping', () => {
  it('waits for an improvement of more than the minimum', () => {
    const first = observe(notStarted, { epoch: 1, loss: 1, minDelta: 0.1 })
    expect(observe(first, { epoch: 2, loss: 0.95, minDelta: 0.1 })).toEqual({
      best: 1,
      bestEpoch: 1,
      waited: 1,
    })
    expect(observe(first, { epoch: 2, loss: 0.8, minDelta: 0.1 })).toEqual({
      best: 0.8,
      bestEpoch: 2,
      waited: 0,
    })
  })
})
