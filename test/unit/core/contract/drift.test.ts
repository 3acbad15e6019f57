import { tenthOf, tenthsOfBins, tenthsOfDays, uncertainOf } from '@zoidberg/core/contract/drift.ts'
import { isHigher } from '@zoidberg/core/contract/share.ts'
import { describe, expect, it } from 'vitest'
import { createDice } from '../../../../scripts/fuzz/random.ts'

describe('what a model answers', () => {
  it('is counted by tenths of the probability, both ends included', () =>
    expect([0, 0.0999, 0.1, 0.55, 0.9, 1].map(tenthOf)).toEqual(['p0', 'p0', 'p1', 'p5', 'p9', 'p9']))

  it('is added up over days, also those that were counted without it', () =>
    expect(tenthsOfDays([{ probability: { p0: 2, p9: 1 } }, {}, { probability: { p9: 4 } }])).toEqual([
      2, 0, 0, 0, 0, 0, 0, 0, 0, 5,
    ]))

  it('lies beside validation, whose bins without images are left out', () =>
    expect(
      tenthsOfBins([
        { meanScore: 0.01, count: 5 },
        { meanScore: 0.95, count: 7 },
      ]),
    ).toEqual([5, 0, 0, 0, 0, 0, 0, 0, 0, 7]))

  it('is uncertain between the ends, however many are ill', () => {
    expect(uncertainOf([90, 1, 0, 0, 1, 0, 0, 0, 1, 7])).toEqual({ of: 100, count: 3 })
    expect(uncertainOf([7, 1, 0, 0, 1, 0, 0, 0, 1, 90])).toEqual({ of: 100, count: 3 })
  })

  it('raises no alarm in a hundred weeks of answers that are like validation', () => {
    let alarms = 0
    for (let week = 0; week < 100; week++) {
      const dice = createDice(1000 + week)
      const draw = (images: number) => {
        let count = 0
        for (let i = 0; i < images; i++) if (dice.below(31) === 0) count++
        return { of: images, count }
      }
      const validation = draw(1048)
      const days = Array.from({ length: 8 }, () => draw(300))
      // The schedule looks at today and yesterday.
      const isAlarm = days
        .slice(1)
        .some((today, i) =>
          isHigher({ of: today.of + days[i].of, count: today.count + days[i].count }, validation),
        )
      if (isAlarm) alarms++
    }
    expect(alarms).toBe(0)
  })
})
