import { curvesOf } from '@zoidberg/training/evaluation/curves.ts'
import { describe, expect, it } from 'vitest'

const count = 2000
const truth = Array.from({ length: count }, (_, i) => Number(i % 3 > 0))
const score = truth.map((ill, i) => ((i * 7919) % 1000) / 2000 + 0.3 * ill)
const images = { truth, score, patients: truth.map((_, i) => `p${i}`) }

describe('the curves of a card', () => {
  const { thresholds, roc, reliability } = curvesOf(images, [0.123456789])
  it('are thinned, from no to all, and have every operating point', () => {
    expect(thresholds.length).toBeLessThan(130)
    expect(thresholds.map(({ threshold }) => threshold)).toContain(0.123457)
    const sorted = thresholds.map(({ threshold }) => threshold).toSorted((a, b) => a - b)
    expect(thresholds.map(({ threshold }) => threshold)).toEqual(sorted)
    expect([roc[0], roc.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
  it('trade sensitivity for specificity, within their intervals', () => {
    for (const [i, row] of thresholds.entries()) {
      const next = thresholds[i + 1] ?? row
      expect(next.sensitivity).toBeLessThanOrEqual(row.sensitivity)
      expect(next.specificity).toBeGreaterThanOrEqual(row.specificity)
      expect(row.sensitivityInterval[0]).toBeLessThanOrEqual(row.sensitivity)
      expect(row.sensitivityInterval[1]).toBeGreaterThanOrEqual(row.sensitivity)
    }
  })
  it('count each image in one bin', () => {
    expect(reliability.reduce((sum, bin) => sum + bin.count, 0)).toBe(count)
    for (const { least, positiveShare, most } of reliability) {
      expect(positiveShare).toBeGreaterThanOrEqual(least)
      expect(positiveShare).toBeLessThanOrEqual(most)
    }
  })
})
