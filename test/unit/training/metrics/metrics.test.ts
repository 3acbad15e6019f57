import { readFileSync } from 'node:fs'
import { type Calibration, parseManifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { fitCalibration, fitPlatt } from '@zoidberg/training/evaluation/calibration.ts'
import { chooseOperatingPoints } from '@zoidberg/training/evaluation/operating-points.ts'
import {
  priorCorrectedThreshold,
  thresholdForSensitivity,
  thresholdForSpecificity,
  youdenThreshold,
} from '@zoidberg/training/evaluation/threshold-rules.ts'
import * as binary from '@zoidberg/training/metrics/binary.ts'
import {
  classificationReport,
  classificationScores,
  confusionMatrix,
  rocAucOneVsRest,
} from '@zoidberg/training/metrics/multiclass.ts'
import { bootstrapIntervals } from '@zoidberg/training/statistics/bootstrap.ts'
import { describe, expect, it } from 'vitest'

// Made by metrics.py with the versions of scikit-learn and numpy that it names.
const fixtures = JSON.parse(readFileSync(new URL('../../../fixtures/metrics.json', import.meta.url), 'utf8'))
const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9)

describe.each(Object.entries<Record<string, never>>(fixtures.binary))(
  "scikit-learn's figures for %s",
  (_, f) => {
    const { truth, score } = f as unknown as { truth: number[]; score: number[] }
    const confusion = binary.confusionAt(truth, score, 0.5)
    const rates = binary.rates(confusion)

    it('of the confusion matrix', () => {
      expect(confusion).toEqual(f.confusion)
      for (const key of ['accuracy', 'precision', 'f1', 'balancedAccuracy'] as const)
        close(rates[key], f[key])
    })
    it('of the ranking', () => {
      if (f.rocAuc === null) expect(binary.rocAuc(truth, score)).toBeNaN()
      else close(binary.rocAuc(truth, score), f.rocAuc)
      close(binary.averagePrecision(truth, score), f.averagePrecision)
    })
    it('of the probabilities', () => close(binary.brier(truth, score), f.brier))
  },
)

describe.each(Object.entries<Record<string, never>>(fixtures.multiclass))(
  "scikit-learn's figures for %s",
  (_, f) => {
    const { truth, predicted, labels, probabilities, text, macro, weighted } = f as unknown as {
      truth: number[]
      predicted: number[]
      labels: string[]
      probabilities: number[][] | null
      text: string
      macro: number[]
      weighted: number[]
    }
    const matrix = confusionMatrix(truth, predicted, labels.length)
    const scores = classificationScores(matrix, labels)

    it('of the confusion matrix and the averages', () => {
      expect(matrix).toEqual(f.confusion)
      ;[scores.macro.precision, scores.macro.recall, scores.macro.f1].forEach((value, i) =>
        close(value, macro[i]),
      )
      ;[scores.weighted.precision, scores.weighted.recall, scores.weighted.f1].forEach((value, i) =>
        close(value, weighted[i]),
      )
    })
    it('and its report, character for character', () =>
      expect(classificationReport(matrix, labels)).toBe(text))
    it('of the ranking, one class against the rest', () => {
      if (probabilities) close(rocAucOneVsRest(truth, probabilities, labels.length), f.rocAucOvr)
    })
  },
)

describe('expectedCalibrationError', () => {
  it('is the weighted gap of ten bins', () =>
    close(
      binary.expectedCalibrationError([1, 0, 1, 1], [0.95, 0.95, 0.05, 1]),
      (3 / 4) * (2.9 / 3 - 2 / 3) + (1 / 4) * 0.95,
    ))
  it('counts a score of 1 in the last bin', () =>
    expect(binary.reliability([1], [1])[9]).toMatchObject({ count: 1, positiveShare: 1 }))
})

describe('operating points', () => {
  const truth = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
  const score = [0.1, 0.2, 0.3, 0.4, 0.7, 0.35, 0.6, 0.8, 0.9, 0.95]
  const at = (threshold: number) => binary.rates(binary.confusionAt(truth, score, threshold))

  it('reach the sensitivity they promise with the highest threshold', () => {
    const threshold = thresholdForSensitivity(truth, score, 0.8)
    expect(at(threshold).sensitivity).toBe(0.8)
    expect(threshold).toBeCloseTo(0.5, 9)
  })
  it('reach the specificity they promise with the lowest threshold', () => {
    const threshold = thresholdForSpecificity(truth, score, 0.8)
    expect(at(threshold).specificity).toBe(0.8)
    expect(threshold).toBeCloseTo(0.5, 9)
  })
  it('can promise everything', () => {
    expect(at(thresholdForSensitivity(truth, score, 1)).sensitivity).toBe(1)
    expect(at(thresholdForSpecificity(truth, score, 1)).specificity).toBe(1)
  })
  it('maximise sensitivity + specificity where that is asked for', () =>
    expect(at(youdenThreshold(truth, score))).toMatchObject({ sensitivity: 0.8, specificity: 0.8 }))
  it('move with the prior: half of all at the prior of training is one half', () => {
    expect(priorCorrectedThreshold(truth, 0.5)).toBeCloseTo(0.5, 12)
    expect(priorCorrectedThreshold([1, 1, 1, 0], 0.625)).toBeCloseTo(0.6429, 3)
  })
  it('never let screening be less sensitive than the default, nor rule-in less specific', () => {
    const shrugging = score.map((s) => 0.5 + 0.01 * s)
    for (const copies of [
      [score],
      [score, shrugging],
      [score, score.map((s) => s ** 3), score.map(Math.sqrt)],
    ]) {
      const points = chooseOperatingPoints(
        truth,
        copies.map((score, i) => ({ name: String(i), score })),
      )
      expect(points.screening.threshold).toBeLessThanOrEqual(points.balanced.threshold)
      expect(points['rule-in'].threshold).toBeGreaterThanOrEqual(points.balanced.threshold)
    }
    // Separated by far: one half has every sensitivity and every specificity.
    const points = chooseOperatingPoints([0, 0, 1, 1], [{ name: 'plain', score: [0.1, 0.2, 0.8, 0.9] }])
    expect(points.balanced.threshold).toBeCloseTo(0.5, 9)
    expect(points['rule-in'].threshold).toBeGreaterThanOrEqual(points.balanced.threshold)
    expect(points.screening.threshold).toBeLessThanOrEqual(points.balanced.threshold)
  })
  it('are three, one of them the default', () => {
    const points = chooseOperatingPoints(truth, [
      { name: 'plain', score },
      { name: 'eager', score: score.map((s) => Math.sqrt(s)) },
    ])
    expect(Object.keys(points)).toEqual(['balanced', 'screening', 'rule-in'])
    expect(Object.values(points).filter((point) => point.default)).toHaveLength(1)
    expect(points.screening.threshold).toBeLessThan(points['rule-in'].threshold)
    expect(points.screening.sensitivity).toBeGreaterThanOrEqual(0.98)
    expect(points['rule-in'].specificity).toBeGreaterThanOrEqual(0.95)
  })
})

describe('fitPlatt', () => {
  // scikit-learn 1.9.1, sklearn.calibration._SigmoidCalibration, whose a and b have the other sign
  it('finds what scikit-learn finds', () => {
    const score = Array.from({ length: 60 }, (_, i) => (((i * 37) % 101) - 50) / 10)
    const truth = score.map((s, i) => Number(((i * 53) % 97) / 97 < 1 / (1 + Math.exp(-(1.3 * s - 0.7)))))
    expect(truth.reduce((a, b) => a + b)).toBe(26)
    const { slope, intercept } = fitPlatt(truth, score)
    expect(slope).toBeCloseTo(0.7487064, 5)
    expect(intercept).toBeCloseTo(-0.4890962, 5)
  })
  it('stays finite where the scores separate the classes', () => {
    const { slope, intercept } = fitPlatt([0, 0, 1, 1], [-2, -1, 1, 2])
    expect(slope).toBeCloseTo(0.6739964, 5)
    expect(intercept).toBeCloseTo(0, 6)
  })
})

describe('fitCalibration', () => {
  const truth = Array.from({ length: 300 }, (_, i) => i % 3)
  /** Too timid about pneumonia, too bold about its kind: one in four kinds is wrong. */
  const raw = truth.map((t, i) => {
    const wrong = i % 4 === 0
    if (t === 0) return Float32Array.from([0.7, 0.15, 0.15])
    return Float32Array.from((t === 1) !== wrong ? [0.3, 0.69, 0.01] : [0.3, 0.01, 0.69])
  })
  const calibration = fitCalibration(truth, [raw])
  const calibrated = raw.map((row) => calibrate(row, calibration))

  it('makes a sure network sure and leaves its doubt about the kind', () => {
    for (const [i, row] of calibrated.entries()) {
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      if (truth[i] === 0) expect(row[0]).toBeGreaterThan(0.97)
      else {
        expect(row[0]).toBeLessThan(0.03)
        expect(Math.max(row[1], row[2]) / (row[1] + row[2])).toBeCloseTo(0.75, 1)
      }
    }
  })
  it('learns how often each kind is met, where the network was shown as many of both', () => {
    const kinds = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 2 : 1))
    const rows = kinds.map((kind, i) => {
      const looks = i % 5 === 0 ? 3 - kind : kind // one in five looks like the other kind
      return looks === 1 ? [0.1, 0.72, 0.18] : [0.1, 0.18, 0.72]
    })
    const fitted = fitCalibration([...kinds, 0], [[...rows, [0.8, 0.1, 0.1]]])
    // Of 160 + 20 that look bacterial 160 are, of 40 + 80 that look viral 80 are.
    const bacterial = ([, bacteria, virus]: number[]) => bacteria / (bacteria + virus)
    expect(bacterial(calibrate([0.1, 0.72, 0.18], fitted))).toBeCloseTo(160 / 180, 1)
    expect(bacterial(calibrate([0.1, 0.18, 0.72], fitted))).toBeCloseTo(40 / 120, 1)
  })
  it('is kept whole by a manifest, which has one bias for each finding', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../../../models/default/manifest.json', import.meta.url), 'utf8'),
    )
    expect(parseManifest({ ...manifest, calibration }).calibration).toEqual(calibration)
    const tooFew = { ...calibration, bias: [0] }
    expect(() => parseManifest({ ...manifest, calibration: tooFew })).toThrow(/one bias for each finding/)
  })
  it('stays a probability where the kinds hardly differ and the line is steep', () => {
    const kinds = truth.map((t) => (t === 0 ? [0.9, 0.05, 0.05] : [0.1, 0.4 - t * 1e-9, 0.5 + t * 1e-9]))
    const row = calibrate(kinds[1], fitCalibration(truth, [kinds]))
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    const steep: Calibration = {
      method: 'platt',
      slope: 1,
      intercept: 0,
      temperature: 1e-9,
      bias: [0, -2e8],
    }
    expect(calibrate(kinds[1], steep).reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })
  it('answers with the base rate where a network ranks worse than chance', () => {
    const wrong = truth.map((t) => (t === 0 ? [0.2, 0.4, 0.4] : [0.8, 0.1, 0.1]))
    expect(calibrate(wrong[0], fitCalibration(truth, [wrong]))[0]).toBeCloseTo(1 / 3, 1)
  })
  it('reads a manifest from before there was a bias as it was meant', () => {
    const { bias, ...before } = calibration as typeof calibration & { bias?: number[] }
    expect(bias).toHaveLength(2)
    const [, bacteria, virus] = calibrate([0.2, 0.4, 0.4], before as typeof calibration)
    expect(bacteria).toBeCloseTo(virus, 12)
  })
  it('keeps the order of images, whatever was fitted', () => {
    const upsideDown = fitCalibration(
      truth.map((t) => (t === 0 ? 1 : 0)),
      [raw],
    )
    expect(calibrate([0.2, 0.4, 0.4], upsideDown)[0]).toBeLessThan(calibrate([0.8, 0.1, 0.1], upsideDown)[0])
  })
  it('asks nothing of kinds where there are none', () => {
    const rows = truth.map((t) => (t === 0 ? [0.8, 0.2] : [0.2, 0.8]))
    const binary = truth.map((t) => Number(t > 0))
    expect(fitCalibration(binary, [rows])).toMatchObject({ method: 'platt', temperature: 1 })
  })
  it.each([0.1, 1, 10])('survives certainty at temperature %d', (temperature) => {
    for (const certain of [
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]) {
      const sum = calibrate(certain, { ...calibration, temperature }).reduce((a, b) => a + b)
      expect(sum).toBeCloseTo(1, 12)
    }
  })
  it('survives a network that says the same of every image', () => {
    const same = truth.map(() => [0.5, 0.25, 0.25])
    const [normal] = calibrate(same[0], fitCalibration(truth, [same]))
    expect(normal).toBeGreaterThan(0)
    expect(normal).toBeLessThan(1)
  })
})

describe('bootstrapIntervals', () => {
  it('resamples patients, not images', () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.floor(i / 10) % 2)
    const width = (patients: string[]) => {
      const {
        mean: [low, high],
      } = bootstrapIntervals(patients, (positions) => ({
        mean: positions.reduce((sum, i) => sum + values[i], 0) / positions.length,
      }))
      return high - low
    }
    const images = width(values.map((_, i) => `${i}`))
    const patients = width(values.map((_, i) => `${Math.floor(i / 10)}`))
    expect(images).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 200), 1)
    expect(patients / images).toBeCloseTo(Math.sqrt(10), 0)
  })
})
