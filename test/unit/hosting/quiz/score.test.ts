import { describe, expect, it } from 'vitest'
import { scoreOf, shuffled } from '../../../../hosting/src/quiz/score.ts'

const calls = (right: number, count: number) => Array.from({ length: count }, (_, i) => i < right)

describe('a score', () => {
  it("has Wilson's interval", () => {
    // R: prop.test(18, 24, correct = FALSE)
    const { share, interval } = scoreOf(calls(18, 24))
    expect(share).toBe(0.75)
    expect(interval.map((end) => end.toFixed(4))).toEqual(['0.5510', '0.8800'])
  })
  it('of none or all wrong is not certain', () => {
    expect(scoreOf([]).interval).toEqual([0, 1])
    const [low, high] = scoreOf(calls(0, 10)).interval
    expect(low).toBe(0)
    expect(high).toBeGreaterThan(0.2)
  })
})

describe('another order', () => {
  it('has the same films', () =>
    expect(shuffled([1, 2, 3, 4, 5, 6], () => 0.3).toSorted()).toEqual([1, 2, 3, 4, 5, 6]))
  it('leaves the films as they are', () => {
    const films = [1, 2, 3]
    shuffled(films, () => 0)
    expect(films).toEqual([1, 2, 3])
  })
})
