import { TASKS } from '@zoidberg/core/contract/labels.ts'
import type { Dataset, Part, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { assertEveryClass, hashedSplit, splitDigest } from '@zoidberg/training/dataset/split.ts'
import { describe, expect, it } from 'vitest'

const sample = (file: string, label = 'NORMAL', part: Part = 'train') =>
  ({ file, label, part, positive: label !== 'NORMAL' }) as Sample
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((file) => sample(file))

describe("a split's digest", () => {
  const digest = splitDigest({ train: [a, b], validation: [c] })
  it('is twelve hexadecimal digits, the same at every start', () => {
    expect(digest).toMatch(/^[0-9a-f]{12}$/)
    expect(splitDigest({ train: [sample('a'), sample('b')], validation: [sample('c')] })).toBe(digest)
  })
  it('does not change with the order of images, nor with what is tested on', () =>
    expect(splitDigest({ train: [b, a], validation: [c], test: [d] })).toBe(digest))
  it.each([
    ['an image more is trained on', { train: [a, b, d], validation: [c] }],
    ['an image less is validated on', { train: [a, b], validation: [] }],
    ['an image changes sides', { train: [a], validation: [b, c] }],
    ['the sides change', { train: [c], validation: [a, b] }],
    ['another image takes the place of one', { train: [a, d], validation: [c] }],
  ])('changes where %s', (_, split) => expect(splitDigest(split)).not.toBe(digest))
})

describe('hashedSplit', () => {
  it('is the parts that a data set has', () => {
    const samples = [sample('a'), sample('b', 'NORMAL', 'validation'), sample('c', 'NORMAL', 'test')]
    const split = hashedSplit({ samples } as Dataset)
    expect(split).toEqual({ train: [samples[0]], validation: [samples[1]], test: [samples[2]] })
  })
})

describe('assertEveryClass', () => {
  const both = [sample('a'), sample('b', 'VIRUS'), sample('c', 'BACTERIA')]
  it('accepts a split with every class on either side', () =>
    expect(() => assertEveryClass({ train: both, validation: both }, TASKS['three-class'])).not.toThrow())
  it.each([
    ['three-class', { train: both.slice(0, 2), validation: both }, /training part of fold 2 .+ BACTERIA/],
    ['three-class', { train: both, validation: both.slice(1) }, /validation part of fold 2 .+ NORMAL/],
    ['binary', { train: both, validation: both.slice(0, 1) }, /validation part of fold 2 .+ PNEUMONIA/],
  ] as const)('names what is missing (%s)', (task, split, message) =>
    expect(() => assertEveryClass(split, TASKS[task], ' of fold 2')).toThrow(message),
  )
})
