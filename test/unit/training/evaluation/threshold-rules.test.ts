import {
  priorCorrectedThreshold,
  thresholdForSensitivity,
  thresholdForSpecificity,
  thresholdRules,
  youdenThreshold,
} from '@zoidberg/training/evaluation/threshold-rules.ts'
import { confusionAt, rates } from '@zoidberg/training/metrics/binary.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

const truth = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
const score = [0.1, 0.2, 0.3, 0.4, 0.6, 0.35, 0.5, 0.7, 0.8, 0.9]
const at = (threshold: number) => rates(confusionAt(truth, score, threshold))

describe('the threshold for a sensitivity', () => {
  it.each([
    [0.2, 0.85],
    [0.8, 0.45],
    [0.81, 0.325],
    [1, 0.325],
  ])('of %d is the highest that reaches it, halfway to the next score: %d', (wanted, threshold) => {
    expect(thresholdForSensitivity(truth, score, wanted)).toBeCloseTo(threshold, 12)
    expect(at(threshold).sensitivity).toBeGreaterThanOrEqual(wanted)
  })
})

describe('the threshold for a specificity', () => {
  it.each([
    [1, 0.65],
    [0.81, 0.65],
    [0.8, 0.45],
    [0.6, 0.325],
  ])('of %d is the lowest that reaches it, halfway to the next score: %d', (wanted, threshold) => {
    expect(thresholdForSpecificity(truth, score, wanted)).toBeCloseTo(threshold, 12)
    expect(at(threshold).specificity).toBeGreaterThanOrEqual(wanted)
  })
})

describe("Youden's threshold", () => {
  it('has the largest sum of sensitivity and specificity', () => {
    const random = createRandom(3)
    const drawn = Array.from({ length: 200 }, () => random.integer(2))
    const scores = drawn.map((t) => 0.3 * t + 0.7 * random.uniform())
    const gain = (threshold: number) => {
      const { sensitivity, specificity } = rates(confusionAt(drawn, scores, threshold))
      return sensitivity + specificity
    }
    const best = Math.max(...scores.map(gain))
    expect(gain(youdenThreshold(drawn, scores))).toBeCloseTo(best, 12)
  })
  it('lies between the classes where they are apart', () =>
    expect(youdenThreshold([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9])).toBeCloseTo(0.4, 12))
})

describe('the threshold corrected to a prior', () => {
  const eightInTen = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]
  it.each([
    [0.8, 0.5],
    [0.5, 0.8],
    [0.2, 16 / 17],
  ])('of %d is where the corrected probability is one half: %d', (prior, threshold) =>
    expect(priorCorrectedThreshold(eightInTen, prior)).toBeCloseTo(threshold, 12),
  )
})

describe('the usual rules', () => {
  it('state each threshold with the rates it gives', () => {
    const rules = thresholdRules(truth, score)
    expect(rules.map(({ rule }) => rule)).toEqual([
      'Youden (1950)',
      'sensitivity 98 %',
      'specificity 95 %',
      'corrected to a prior of 50 %',
    ])
    for (const { threshold, sensitivity, specificity, balancedAccuracy } of rules) {
      expect({ sensitivity, specificity, balancedAccuracy }).toEqual({
        sensitivity: at(threshold).sensitivity,
        specificity: at(threshold).specificity,
        balancedAccuracy: at(threshold).balancedAccuracy,
      })
    }
    expect(rules[1].sensitivity).toBe(1)
    expect(rules[2].specificity).toBe(1)
    expect(rules[3].threshold).toBe(0.5)
  })
})
