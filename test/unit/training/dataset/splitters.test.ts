import {
  groupedStratifiedKFold,
  holdOut,
  kFold,
  leaveOneOut,
  stratifiedKFold,
} from '@zoidberg/training/dataset/splitters.ts'
import { describe, expect, it } from 'vitest'

const labels = Array.from({ length: 120 }, (_, i) => (i % 6 < 4 ? 1 : 0))
const patients = labels.map((_, i) => `p${Math.floor(i / 3)}`)
const sorted = (values: number[]) => [...values].sort((a, b) => a - b)
const all = labels.map((_, i) => i)

it.each([
  ['k-fold', kFold(120, 5, 1), 5],
  ['stratified', stratifiedKFold(labels, 5, 1), 5],
  ['patient-grouped stratified', groupedStratifiedKFold(labels, patients, { folds: 5, seed: 1 }), 5],
  ['leave-one-out', leaveOneOut(120), 120],
])('%s looks at every sample once and never fits on what it looks at', (_, folds, count) => {
  expect(folds).toHaveLength(count)
  expect(sorted(folds.flatMap(({ validation }) => validation))).toEqual(all)
  for (const { train, validation } of folds) expect(sorted([...train, ...validation])).toEqual(all)
})

it('hold-out keeps the stated share, the same for the same seed', () => {
  const { train, validation } = holdOut(50, 0.2, 3)
  expect([train.length, validation.length]).toEqual([40, 10])
  expect(sorted([...train, ...validation])).toEqual(all.slice(0, 50))
  expect(holdOut(50, 0.2, 3)).toEqual({ train, validation })
  expect(holdOut(50, 0.2, 4)).not.toEqual({ train, validation })
})

describe('the stratified splitters', () => {
  it.each([
    ['alone', stratifiedKFold(labels, 5, 2)],
    ['by patient', groupedStratifiedKFold(labels, patients, { folds: 5, seed: 2 })],
  ])('keep the shares of the classes, %s', (_, folds) => {
    for (const { validation } of folds) {
      const share = validation.filter((i) => labels[i] === 1).length / validation.length
      expect(share).toBeCloseTo(2 / 3, 1)
    }
  })
  it('never divide a patient', () => {
    for (const { train, validation } of groupedStratifiedKFold(labels, patients, { folds: 5, seed: 1 })) {
      const known = new Set(train.map((i) => patients[i]))
      expect(validation.some((i) => known.has(patients[i]))).toBe(false)
    }
  })
})

it.each<[string, () => unknown, RegExp]>([
  ['one fold', () => kFold(10, 1, 1), /1 folds are too few/],
  ['more folds than samples', () => kFold(3, 4, 1), /4 folds are more than there are samples \(3\)/],
  [
    'more folds than patients',
    () => groupedStratifiedKFold([0, 1, 0], ['a', 'a', 'b'], { folds: 3, seed: 1 }),
    /more than there are patients \(2\)/,
  ],
])('%s is refused', (_, split, message) => expect(split).toThrow(message))
