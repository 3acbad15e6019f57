import { describe, expect, it } from 'vitest'
import { decideAt, defaultPoint, ratesAt } from '../../../../hosting/src/answer/decide.ts'

const probabilities = { NORMAL: 0.4, BACTERIA: 0.2, VIRUS: 0.4 }

describe('a decision at another threshold', () => {
  it('is positive from the threshold on, and names the likeliest finding', () => {
    expect(decideAt(probabilities, 0.6)).toEqual({ label: 'VIRUS', positive: true, probability: 0.6 })
    expect(decideAt(probabilities, 0.61)).toMatchObject({ label: 'NORMAL', positive: false })
    expect(decideAt(probabilities, 0)).toMatchObject({ positive: true })
  })
})

describe('what the card says of a threshold', () => {
  const row = (threshold: number) => ({
    threshold,
    sensitivity: 1 - threshold,
    specificity: threshold,
    sensitivityInterval: [0, 1] as [number, number],
    specificityInterval: [0, 1] as [number, number],
  })
  const metrics = { curves: { thresholds: [row(0.1), row(0.5), row(0.9)] } }
  it('is of the next probability that an image of validation has', () => {
    expect([0, 0.1, 0.11, 0.5, 0.9].map((t) => ratesAt({ metrics }, t)?.threshold)).toEqual([
      0.1, 0.1, 0.5, 0.5, 0.9,
    ])
    expect(ratesAt({ metrics }, 1)?.threshold).toBe(0.9)
  })
  it('is nothing for a card of before', () => expect(ratesAt({ metrics: {} }, 0.5)).toBeUndefined())
})

it('the default operating point is the one that says so', () => {
  const point = (threshold: number, isDefault?: boolean) => ({
    threshold,
    sensitivity: null,
    specificity: null,
    rule: '',
    ...(isDefault ? { default: true } : {}),
  })
  expect(defaultPoint({ operatingPoints: { screening: point(0.1), balanced: point(0.7, true) } })).toEqual({
    name: 'balanced',
    threshold: 0.7,
  })
})
