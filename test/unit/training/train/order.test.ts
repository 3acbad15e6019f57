import { epochOrder } from '@zoidberg/training/train/order.ts'
import { describe, expect, it } from 'vitest'

describe('epochOrder', () => {
  const labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2]
  it('shows every sample once, in another order each epoch', () => {
    const [one, two] = [
      epochOrder(labels, { balance: false, seed: 1, epoch: 1 }),
      epochOrder(labels, { balance: false, seed: 1, epoch: 2 }),
    ]
    expect([...one].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(one).not.toEqual(two)
    expect(epochOrder(labels, { balance: false, seed: 1, epoch: 1 })).toEqual(one)
  })
  it('draws classes equally often where that is asked for', () => {
    const order = epochOrder(
      Array.from({ length: 900 }, (_, i) => (i < 700 ? 0 : i < 850 ? 1 : 2)),
      { balance: true, seed: 1, epoch: 1 },
    )
    const counts = [0, 0, 0]
    for (const i of order) counts[i < 700 ? 0 : i < 850 ? 1 : 2]++
    expect(counts).toEqual([300, 300, 300])
  })
})
