import { createRandom } from '@zoidberg/training/random.ts'
import { proportionInterval } from '@zoidberg/training/statistics/proportion.ts'
import { describe, expect, it } from 'vitest'

const each = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i))
const alone = (n: number) => Array.from({ length: n }, (_, i) => `p${i}`)

describe('the interval of a proportion', () => {
  // statsmodels 0.14, proportion_confint(method="wilson")
  it.each([
    [0, 10, [0, 0.2775]],
    [10, 10, [0.7225, 1]],
    [9, 10, [0.5958, 0.9821]],
    [95, 100, [0.8882, 0.9785]],
  ])("is Wilson's where every image is another patient's: %i of %i", (hits, n, expected) => {
    const interval = proportionInterval(
      alone(n),
      each(n, (i) => Number(i < hits)),
      each(n, () => 1),
    )
    interval.forEach((end, i) => expect(end).toBeCloseTo(expected[i], 4))
  })

  it('is wider where images come in patients', () => {
    const n = 40
    const hits = each(n, (i) => Number(Math.floor(i / 4) % 2))
    const width = (patients: string[]) => {
      const [low, high] = proportionInterval(
        patients,
        hits,
        each(n, () => 1),
      )
      return high - low
    }
    expect(width(each(n, (i) => Math.floor(i / 4)).map(String)) / width(alone(n))).toBeGreaterThan(1.6)
  })

  it('is of those images alone that it is about, and of nothing has no value', () => {
    const some = proportionInterval(alone(4), [1, 1, 0, 0], [1, 1, 0, 0])
    expect(some).toEqual(proportionInterval(alone(2), [1, 1], [1, 1]))
    expect(proportionInterval(alone(2), [0, 0], [0, 0])).toEqual([Number.NaN, Number.NaN])
  })

  it.each([0.5, 0.9, 0.98])(
    'covers the truth about 95 times of 100, of patients with several images: %f',
    (share) => {
      const random = createRandom(7)
      let covered = 0
      const trials = 600
      for (let trial = 0; trial < trials; trial++) {
        const patients: string[] = []
        const hits: number[] = []
        for (let p = 0; p < 80; p++) {
          // Every image of a patient with the chance of that patient: half of them always alike.
          const alike = random.uniform() < 0.5
          const fate = Number(random.uniform() < share)
          for (let k = 0; k <= p % 4; k++) {
            patients.push(`p${p}`)
            hits.push(alike ? fate : Number(random.uniform() < share))
          }
        }
        const [low, high] = proportionInterval(
          patients,
          hits,
          hits.map(() => 1),
        )
        if (low <= share && share <= high) covered++
      }
      expect(covered / trials).toBeGreaterThan(0.92)
      expect(covered / trials).toBeLessThan(0.995)
    },
  )
})
