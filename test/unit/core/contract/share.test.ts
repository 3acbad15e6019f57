import { isHigher } from '@zoidberg/core/contract/share.ts'
import { describe, expect, it } from 'vitest'
import { createDice } from '../../../../scripts/fuzz/random.ts'

describe('a share is higher than another', () => {
  it.each([
    ['where it fails ten times as often', { of: 200, count: 20 }, { of: 2000, count: 20 }, true],
    ['where every one of a few requests fails', { of: 5, count: 5 }, { of: 500, count: 0 }, true],
    ['not where both fail alike', { of: 200, count: 20 }, { of: 2000, count: 200 }, false],
    ['not after a few failures', { of: 10, count: 3 }, { of: 2000, count: 0 }, false],
    ['not where production has not been asked', { of: 10, count: 10 }, { of: 0, count: 0 }, false],
    ['not where nothing is counted', { of: 0, count: 0 }, { of: 0, count: 0 }, false],
  ])('%s', (_, canary, production, expected) => expect(isHigher(canary, production)).toBe(expected))

  it('hardly ever by chance: in a week of looks, at most one of a hundred equal canaries', () => {
    let ended = 0
    for (let trial = 0; trial < 300; trial++) {
      const dice = createDice(trial)
      const [canary, production] = [
        { of: 0, count: 0 },
        { of: 0, count: 0 },
      ]
      let isEnded = false
      for (let look = 0; look < 2016; look += 7) {
        for (const [model, requests] of [[canary, 10] as const, [production, 90] as const]) {
          model.of += requests
          for (let i = 0; i < requests; i++) if (dice.below(50) === 0) model.count++
        }
        isEnded ||= isHigher(canary, production)
      }
      if (isEnded) ended++
    }
    expect(ended).toBeLessThanOrEqual(3)
  })
})
