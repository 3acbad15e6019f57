import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate, decide, logOdds, operatingPointOf } from '@zoidberg/core/prediction.ts'
import { describe, expect, it } from 'vitest'

const close = (values: number[], expected: number[]) => {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6))
}

describe('calibration by temperature', () => {
  it('changes nothing at 1, and softens above it', () => {
    close(calibrate([0.9, 0.1], { method: 'temperature', temperature: 1 }), [0.9, 0.1])
    // Odds of 9 to 1 have the square root 3 to 1.
    close(calibrate([0.9, 0.1], { method: 'temperature', temperature: 2 }), [0.75, 0.25])
  })
  it('stays finite where a network is certain', () => {
    close(calibrate([1, 0], { method: 'temperature', temperature: 1 }), [1, 0])
    close(calibrate([0, 1, 0], { method: 'temperature', temperature: 0.5 }), [0, 1, 0])
  })
})

describe('calibration by a line through the log-odds', () => {
  const platt = { method: 'platt', slope: 2, intercept: Math.log(4), temperature: 1 } as const
  it('moves pneumonia against normal by slope and intercept', () => {
    // Odds of 1 to 3, squared and times 4, are 4 to 9.
    close(calibrate([0.75, 0.25], platt), [9 / 13, 4 / 13])
  })
  it('shares pneumonia out among its kinds by temperature and bias', () => {
    close(calibrate([0.5, 0.4, 0.1], platt), [1 / 5, (4 / 5) * 0.8, (4 / 5) * 0.2])
    // Odds of 4 to 1 have the square root 2 to 1; a bias of log 3 for the second makes it 2 to 3.
    const biased = { ...platt, temperature: 2, bias: [0, Math.log(3)] }
    close(calibrate([0.5, 0.4, 0.1], biased), [1 / 5, (4 / 5) * 0.4, (4 / 5) * 0.6])
  })
  it('keeps the log-odds of certainty within 46', () => {
    expect(logOdds([0, 1])).toBeCloseTo(46.05, 1)
    expect(logOdds([1, 0, 0])).toBeCloseTo(-46.05, 1)
    expect(logOdds([0.5, 0.25, 0.25])).toBeCloseTo(0, 9)
  })
})

const manifest = {
  id: 'a-model',
  labels: ['NORMAL', 'BACTERIA', 'VIRUS'],
  calibration: { method: 'temperature', temperature: 1 },
  operatingPoints: {
    balanced: { threshold: 0.5, sensitivity: null, specificity: null, rule: '', default: true },
    sure: { threshold: 1, sensitivity: null, specificity: null, rule: '' },
    screening: { threshold: 0.2, sensitivity: null, specificity: null, rule: '' },
  },
} as unknown as Manifest

describe('an answer', () => {
  it('is normal below the threshold, and the likelier kind of pneumonia from it on', () => {
    expect(decide([0.51, 0.25, 0.24], manifest)).toMatchObject({
      label: 'NORMAL',
      decision: { positive: false },
    })
    const at = decide([0, 0.4, 0.6], manifest, 'sure')
    expect(at.label).toBe('VIRUS')
    expect(at.decision).toEqual({ positive: true, probability: 1, threshold: 1, operatingPoint: 'sure' })
    expect(Object.keys(at.probabilities)).toEqual(['NORMAL', 'BACTERIA', 'VIRUS'])
  })
  it('follows the operating point that is asked for', () => {
    expect(decide([0.7, 0.2, 0.1], manifest, 'screening')).toMatchObject({
      label: 'BACTERIA',
      decision: { threshold: 0.2, operatingPoint: 'screening' },
    })
  })
  it.each(['certain', 'constructor'])(
    'of the operating point "%s" is refused, naming those there are',
    (name) => {
      expect(() => operatingPointOf(manifest, name)).toThrow(
        `Model a-model has no operating point "${name}"; it has balanced, sure, screening.`,
      )
    },
  )
})
