import { isInCanary } from '@zoidberg/core/channels.ts'
import { describe, expect, it } from 'vitest'

describe('a canary', () => {
  const callers = Array.from({ length: 10_000 }, (_, i) => `caller-${i}`)
  const chosen = (modelId: string, percent: number) =>
    callers.filter((caller) => isInCanary(caller, { modelId, percent }))
  it.each([0, 1, 10, 50, 100])('of %d %% takes that share', (percent) => {
    expect(chosen('m', percent).length / callers.length).toBeCloseTo(percent / 100, 1.5)
  })
  it('draws other callers than the last one', () => {
    const [first, second] = [new Set(chosen('m', 10)), chosen('n', 10)]
    expect(second.filter((caller) => first.has(caller)).length).toBeLessThan(200)
  })
})
