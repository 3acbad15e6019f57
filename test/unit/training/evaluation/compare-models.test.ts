import type { Comparison, Differences, Verdict } from '@zoidberg/core/contract/comparison.ts'
import type { Sample } from '@zoidberg/training/dataset/dataset.ts'
import { compareModels, type Decisions, pairUp } from '@zoidberg/training/evaluation/compare-models.ts'
import { verdictOf } from '@zoidberg/training/evaluation/verdict.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

/** Decisions that are right with a probability, which may differ between normal and pneumonia. */
function decisions(
  truth: number[],
  right: number | [normal: number, pneumonia: number],
  seed: number,
): Decisions {
  const random = createRandom(seed)
  const of = [right, right].flat()
  const positive = truth.map((t) => (random.uniform() < of[t] ? t === 1 : t === 0))
  return { positive, score: positive.map((p) => (p ? 0.9 : 0.1)) }
}
const patientsOf = (truth: number[]) => truth.map((_, i) => `patient ${Math.floor(i / 2)}`)
const half = (images: number) => Array.from({ length: images }, (_, i) => i % 2)

describe('compareModels', () => {
  const random = createRandom(7) // no seed of the answers, or they would follow the truth
  const truth = Array.from({ length: 600 }, () => random.integer(2))
  const patients = patientsOf(truth)
  const compare = (
    a: Parameters<typeof decisions>[1],
    b: Parameters<typeof decisions>[1],
    seed = 1,
    of = truth,
  ): Comparison =>
    compareModels(
      { truth: of, patients: patientsOf(of) },
      { candidate: decisions(of, a, seed), incumbent: decisions(of, b, seed + 1000) },
      'old',
    )

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
    expect(verdicts.filter((verdict) => verdict !== 'no difference').length).toBeLessThanOrEqual(5)
  })
  it('of a model with itself finds none, exactly', () => {
    const same = decisions(truth, 0.9, 5)
    const {
      verdict,
      mcnemar: test,
      differences,
    } = compareModels({ truth, patients }, { candidate: same, incumbent: same }, 'old')
    expect({ verdict, test }).toEqual({
      verdict: 'no difference',
      test: { onlyCandidate: 0, onlyIncumbent: 0, p: 1 },
    })
    expect(differences.accuracy).toEqual({ value: 0, interval: [0, 0] })
  })
  it('calls two models different where one gained specificity and lost as much sensitivity', () => {
    const { verdict, differences } = compare([0.99, 0.85], [0.85, 0.99], 1, half(1000))
    const { accuracy, sensitivity, specificity } = differences
    expect(accuracy.interval[0]).toBeLessThan(0)
    expect(accuracy.interval[1]).toBeGreaterThan(0)
    expect(sensitivity.interval[1]).toBeLessThan(0)
    expect(specificity.interval[0]).toBeGreaterThan(0)
    expect(verdict).toBe('different')
  })
  it('calls no model better that pays for its accuracy with sensitivity', () => {
    const { verdict, mcnemar, differences } = compare([0.99, 0.85], [0.5, 0.99], 1, half(1000))
    expect(mcnemar.p).toBeLessThan(0.001)
    expect(differences.accuracy.interval[0]).toBeGreaterThan(0.05)
    expect(verdict).toBe('different')
    expect(compare([0.5, 0.99], [0.99, 0.85], 1, half(1000)).verdict).toBe('different')
  })
  it('calls models different that only rank differently', () => {
    const of = half(600)
    const positive = of.map((t) => t === 1)
    const sure = of.map((t) => (t === 1 ? 0.9 : 0.1))
    const unsure = of.map((t, i) => (i % 10 < 2 ? 0.5 : t === 1 ? 0.9 : 0.1))
    const { verdict, differences } = compareModels(
      { truth: of, patients: patientsOf(of) },
      { candidate: { positive, score: sure }, incumbent: { positive, score: unsure } },
      'old',
    )
    expect(differences.accuracy).toEqual({ value: 0, interval: [0, 0] })
    expect(differences.rocAuc.interval[0]).toBeGreaterThan(0)
    expect(verdict).toBe('different')
  })

  it('cannot tell from eight images, though one model is 37 points worse on them', () => {
    const of = half(8)
    const right = { positive: of.map((t) => t === 1), score: of }
    const wrong = {
      positive: of.map((t, i) => (i < 3 ? t === 0 : t === 1)),
      score: of.map((t, i) => (i < 3 ? 1 - t : t)),
    }
    const { verdict, differences } = compareModels(
      { truth: of, patients: of.map(String) },
      { candidate: wrong, incumbent: right },
      'old',
    )
    expect(differences.accuracy.value).toBeCloseTo(-0.375)
    expect(verdict).toBe('not enough images to tell')
  })
  it.each([
    ['99 images', half(99)],
    ['29 normal images', Array.from({ length: 400 }, (_, i) => Number(i >= 29))],
    ['29 pneumonias', Array.from({ length: 400 }, (_, i) => Number(i < 29))],
  ])('cannot tell from %s', (_, of) => {
    expect(compare(1, 0.5, 1, of).verdict).toBe('not enough images to tell')
  })
  it('cannot tell where the accuracies may be far apart either way', () => {
    const { verdict, differences } = compare(0.7, 0.7, 1, half(120))
    const [low, high] = differences.accuracy.interval
    expect(high - low).toBeGreaterThan(0.1)
    expect(verdict).toBe('not enough images to tell')
  })
  it.each([0, 1])('of one class only (%i) has figures without a value, which are no change', (only) => {
    const of = new Array(200).fill(only)
    const { verdict, differences } = compare(0.9, 0.6, 1, of)
    expect(differences[only ? 'specificity' : 'sensitivity']).toEqual({ value: NaN, interval: [NaN, NaN] })
    expect(differences.rocAuc.value).toBeNaN()
    expect(verdict).toBe('not enough images to tell')
  })
  it('refuses answers to other images', () => {
    const other = { candidate: decisions(half(3), 1, 1), incumbent: decisions(truth, 1, 1) }
    expect(() => compareModels({ truth, patients }, other, 'old')).toThrow('same images')
  })
  it('gives differences with intervals around them', () => {
    const { differences } = compare(0.95, 0.9)
    for (const { value, interval } of Object.values(differences)) {
      expect(interval[0]).toBeLessThanOrEqual(value)
      expect(interval[1]).toBeGreaterThanOrEqual(value)
    }
  })
})

describe('the verdict', () => {
  const enough = half(400)
  const nothing = { value: 0, interval: [-0.01, 0.01] as [number, number] }
  const [up, down] = [
    { value: 0.02, interval: [0.01, 0.03] as [number, number] },
    { value: -0.02, interval: [-0.03, -0.01] as [number, number] },
  ]
  const unknown = { value: Number.NaN, interval: [Number.NaN, Number.NaN] as [number, number] }
  const same: Differences = { accuracy: nothing, sensitivity: nothing, specificity: nothing, rocAuc: nothing }
  it.each<[Verdict, number, Partial<Differences>]>([
    ['no difference', 0.04, {}],
    ['better', 0.04, { accuracy: up }],
    ['better', 0.04, { accuracy: up, rocAuc: up, specificity: unknown }],
    ['different', 0.05, { accuracy: up }],
    ['different', 0.04, { accuracy: up, rocAuc: down }],
    ['worse', 0.04, { accuracy: down }],
    ['different', 0.05, { accuracy: down }],
    ['different', 0.04, { accuracy: down, specificity: up }],
    ['different', 0.5, { sensitivity: up }],
    ['different', 0.5, { sensitivity: down }],
    ['no difference', 0.5, { sensitivity: unknown, rocAuc: unknown }],
    ['not enough images to tell', 0.5, { accuracy: { value: 0, interval: [-0.05, 0.051] }, rocAuc: up }],
    ['better', 0.04, { accuracy: { value: 0.1, interval: [0.001, 0.3] } }],
    // An interval that ends at zero includes it.
    ['no difference', 0.04, { accuracy: { value: 0.01, interval: [0, 0.02] } }],
  ])('%s, with p %d and %j', (verdict, p, differences) => {
    expect(verdictOf(enough, p, { ...same, ...differences })).toBe(verdict)
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
