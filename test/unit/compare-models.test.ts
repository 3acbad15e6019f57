import { mcnemar } from '@zoidberg/core/metrics/mcnemar.ts'
import type { Sample } from '@zoidberg/training/dataset/dataset.ts'
import { compareModels, pairUp } from '@zoidberg/training/evaluation/compare-models.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

describe('mcnemar', () => {
  // statsmodels 0.14, mcnemar([[0, b], [c, 0]], exact=True).pvalue
  it.each([
    [5, 15, 0.04138946533203125],
    [0, 3, 0.25],
    [10, 10, 1],
    [100, 140, 0.011664092317677663],
    [12, 1, 0.00341796875],
    [0, 0, 1],
  ])('of %d and %d is %d', (first, second, p) => {
    expect(mcnemar(first, second)).toBeCloseTo(p, 12)
  })
})

/** Answers that are right with a probability; `shared` of them draw the same errors. */
function answers(truth: number[], accuracy: number, seed: number) {
  const random = createRandom(seed)
  const positive = truth.map((t) => (random.uniform() < accuracy ? t === 1 : t === 0))
  return { positive, score: positive.map((p) => (p ? 0.9 : 0.1)) }
}

describe('compareModels', () => {
  const random = createRandom(1)
  const truth = Array.from({ length: 600 }, () => random.integer(2))
  const patients = truth.map((_, i) => `patient ${Math.floor(i / 2)}`)
  const compare = (a: number, b: number, seed = 1) =>
    compareModels(truth, patients, answers(truth, a, seed), answers(truth, b, seed + 1000), 'old')

  it('tells a better model from a worse one', () => {
    expect(compare(0.97, 0.85)).toMatchObject({
      verdict: 'better',
      against: 'old',
      images: 600,
      patients: 300,
    })
    expect(compare(0.85, 0.97).verdict).toBe('worse')
  })
  it('of equally good models almost never finds a difference', () => {
    const verdicts = Array.from({ length: 20 }, (_, seed) => compare(0.9, 0.9, seed + 2).verdict)
    expect(verdicts.filter((verdict) => verdict !== 'no difference').length).toBeLessThanOrEqual(3)
  })
  it('of a model with itself finds none, exactly', () => {
    const same = answers(truth, 0.9, 5)
    const { verdict, mcnemar: test, differences } = compareModels(truth, patients, same, same, 'old')
    expect({ verdict, test }).toEqual({
      verdict: 'no difference',
      test: { onlyCandidate: 0, onlyIncumbent: 0, p: 1 },
    })
    expect(differences.accuracy).toEqual({ value: 0, interval: [0, 0] })
  })
  it('gives differences with intervals around them', () => {
    const { differences } = compare(0.95, 0.9)
    for (const { value, interval } of Object.values(differences)) {
      expect(interval[0]).toBeLessThanOrEqual(value)
      expect(interval[1]).toBeGreaterThanOrEqual(value)
    }
  })
})

describe('pairUp', () => {
  const sample = (file: string, sha256: string, row = 0) => ({ file, sha256, row }) as Sample
  it('keeps the images that are in both data sets under the same name with the same content', () => {
    const ours = [sample('a', '1'), sample('b', '2'), sample('c', '3')]
    const theirs = [sample('new', '9', 5), sample('c', '3', 6), sample('b', 'replaced', 7)]
    expect(pairUp(ours, theirs)).toEqual([[ours[2], theirs[1]]])
  })
})
