import { createRandom } from '@zoidberg/training/random.ts'
import { bootstrapIntervals } from '@zoidberg/training/statistics/bootstrap.ts'
import { mean, standardDeviation } from '@zoidberg/training/statistics/descriptive.ts'
import { describe, expect, it } from 'vitest'

const meanAt = (values: number[]) => (positions: number[]) => ({
  mean: mean(positions.map((i) => values[i])),
})

describe('bootstrapIntervals', () => {
  it('draws whole patients, as many as there are', () => {
    const patients = ['a', 'b', 'b', 'c', 'c', 'c', 'd']
    const sizes = { a: 1, b: 2, c: 3, d: 1 }
    const draws: number[][] = []
    bootstrapIntervals(patients, (positions) => {
      draws.push(positions)
      return { count: positions.length }
    })
    expect(draws).toHaveLength(1000)
    for (const positions of draws) {
      const times = Object.entries(sizes).map(([patient, size]) => {
        const images = positions.filter((i) => patients[i] === patient)
        const counts = Map.groupBy(images, (i) => i)
        // Every image of a drawn patient comes as often as the patient was drawn.
        expect(new Set([...counts.values()].map((list) => list.length)).size).toBeLessThanOrEqual(1)
        return images.length / size
      })
      expect(times.every(Number.isInteger)).toBe(true)
      expect(times.reduce((a, b) => a + b)).toBe(4)
    }
    expect(new Set(draws.map((positions) => positions.join())).size).toBeGreaterThan(50)
  })

  it('is as wide as few patients make it, however many images they have', () => {
    const values = Array.from({ length: 200 }, (_, i) => Number(i < 100))
    const ofTwo = bootstrapIntervals(
      values.map((value) => `patient ${value}`),
      meanAt(values),
    )
    expect(ofTwo.mean).toEqual([0, 1])
    const [low, high] = bootstrapIntervals(
      values.map((_, i) => `patient ${i}`),
      meanAt(values),
    ).mean
    expect(high - low).toBeLessThan(0.2)
  })

  it('covers 95 %: the interval of a mean is 1.96 standard errors to each side', () => {
    const random = createRandom(1)
    const values = Array.from({ length: 400 }, () => random.normal())
    const [low, high] = bootstrapIntervals(
      values.map((_, i) => String(i)),
      meanAt(values),
    ).mean
    const error = standardDeviation(values) / Math.sqrt(values.length)
    expect((mean(values) - low) / error).toBeCloseTo(1.96, 0)
    expect((high - mean(values)) / error).toBeCloseTo(1.96, 0)
    expect((high - low) / error).toBeGreaterThan(3.6)
    expect((high - low) / error).toBeLessThan(4.2)
  })

  it('is the same for the same predictions', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i * 7919) % 13)
    const patients = values.map((_, i) => String(i % 11))
    expect(bootstrapIntervals(patients, meanAt(values))).toEqual(bootstrapIntervals(patients, meanAt(values)))
  })

  it('leaves out draws of which a figure has no value, and has no interval of a figure that never has one', () => {
    const isIll = [1, 0, 0, 0]
    const { sensitivity, never } = bootstrapIntervals(['a', 'b', 'c', 'd'], (positions) => ({
      sensitivity: positions.some((i) => isIll[i]) ? 0.75 : Number.NaN,
      never: Number.NaN,
    }))
    expect(sensitivity).toEqual([0.75, 0.75])
    expect(never).toEqual([Number.NaN, Number.NaN])
  })
})
