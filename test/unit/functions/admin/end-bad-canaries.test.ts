import { describe, expect, it } from 'vitest'
import { isWorse } from '../../../../functions/src/admin/end-bad-canaries.ts'
import { createDice } from '../../../../scripts/fuzz/random.ts'

describe('a canary is worse than production', () => {
  it.each([
    [
      'where it fails ten times as often',
      { requests: 200, errors: 20 },
      { requests: 2000, errors: 20 },
      true,
    ],
    [
      'where every one of a few requests fails',
      { requests: 5, errors: 5 },
      { requests: 500, errors: 0 },
      true,
    ],
    ['not where both fail alike', { requests: 200, errors: 20 }, { requests: 2000, errors: 200 }, false],
    ['not after a few failures', { requests: 10, errors: 3 }, { requests: 2000, errors: 0 }, false],
    [
      'not where production has not been asked',
      { requests: 10, errors: 10 },
      { requests: 0, errors: 0 },
      false,
    ],
    ['not where nothing is counted', { requests: 0, errors: 0 }, { requests: 0, errors: 0 }, false],
  ])('%s', (_, canary, production, expected) => expect(isWorse(canary, production)).toBe(expected))

  it('hardly ever by chance: in a week of looks, at most one of a hundred equal canaries', () => {
    let ended = 0
    for (let trial = 0; trial < 300; trial++) {
      const dice = createDice(trial)
      const [canary, production] = [
        { requests: 0, errors: 0 },
        { requests: 0, errors: 0 },
      ]
      let isEnded = false
      for (let look = 0; look < 2016; look += 7) {
        for (const [model, requests] of [[canary, 10] as const, [production, 90] as const]) {
          model.requests += requests
          for (let i = 0; i < requests; i++) if (dice.below(50) === 0) model.errors++
        }
        isEnded ||= isWorse(canary, production)
      }
      if (isEnded) ended++
    }
    expect(ended).toBeLessThanOrEqual(3)
  })
})
