import { resemblance, thumbnail } from '@zoidberg/core/warnings.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { fitReference } from '@zoidberg/training/evaluation/input-reference.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

const size = { width: 48, height: 48 }
const noise = (seed: number) => {
  const random = createRandom(seed)
  return Uint8Array.from({ length: 48 * 48 }, () => random.integer(256))
}
/** Rows from 0 on are chests, those from 1000 on are noise. */
const sample = (row: number) => ({ row }) as Sample
const dataset = {
  size,
  pixels: ({ row }: Sample) => (row < 1000 ? drawPhantom('NORMAL', row, size) : noise(row)),
} as Dataset
const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => sample(from + i))
const likenessOf = (one: Sample, reference: ReturnType<typeof fitReference>) =>
  resemblance({ ...size, pixels: dataset.pixels(one) }, reference)

describe('the input reference', () => {
  const chests = rows(0, 60)
  const check = rows(100, 100)
  const reference = fitReference(dataset, chests, check)

  it('is a template of zero mean and unit length', () => {
    expect(reference.side).toBe(16)
    expect(reference.template).toHaveLength(256)
    expect(reference.template.reduce((a, b) => a + b)).toBeCloseTo(0, 2)
    expect(Math.hypot(...reference.template)).toBeCloseTo(1, 3)
  })
  it('is the mean of everything it is fitted on', () => {
    const small = chests.map((chest) => thumbnail({ ...size, pixels: dataset.pixels(chest) }, 16))
    const sum = Array.from({ length: 256 }, (_, i) => small.reduce((total, values) => total + values[i], 0))
    const norm = Math.hypot(...sum)
    reference.template.forEach((value, i) => expect(value).toBeCloseTo(sum[i] / norm, 4))
  })
  it('is resembled by other X-rays, and not by noise', () => {
    for (const chest of check) expect(likenessOf(chest, reference)).toBeGreaterThan(0.8)
    for (const one of rows(1000, 20))
      expect(likenessOf(one, reference)).toBeLessThan(reference.minCorrelation)
  })
  it('flags one in a hundred of the X-rays it is checked with, and no more', () => {
    const flagged = check.filter((chest) => likenessOf(chest, reference) < reference.minCorrelation - 5e-4)
    expect(flagged.length).toBeLessThanOrEqual(1)
    // With three of a hundred that are none, the second worst of them is the threshold.
    const spoiled = [...rows(100, 97), ...rows(1000, 3)]
    const likeness = spoiled.map((one) => likenessOf(one, reference)).sort((x, y) => x - y)
    expect(fitReference(dataset, chests, spoiled).minCorrelation).toBeCloseTo(likeness[1], 3)
  })
})
