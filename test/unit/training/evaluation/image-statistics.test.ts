import {
  IMAGE_STATISTICS,
  imageStatistics,
  misleadingImages,
} from '@zoidberg/training/evaluation/image-statistics.ts'
import { describe, expect, it } from 'vitest'

describe('imageStatistics', () => {
  const size = { width: 28, height: 28 }
  const named = (pixels: Uint8Array) =>
    Object.fromEntries(imageStatistics(pixels, size).map((value, i) => [IMAGE_STATISTICS[i], value]))
  const draw = (gray: (x: number, y: number) => number) =>
    Uint8Array.from({ length: 784 }, (_, i) => gray(i % 28, Math.floor(i / 28)))

  it('of a flat image are its gray and nothing else', () =>
    expect(named(draw(() => 90))).toEqual({
      mean: 90,
      deviation: 0,
      'darkest 2 %': 90,
      'brightest 2 %': 90,
      'black share': 0,
      'border mean': 90,
      'change along rows': 0,
      'change along columns': 0,
    }))
  it('tell stripes that stand from stripes that lie', () => {
    expect(named(draw((x) => 100 * (x % 2)))).toMatchObject({
      mean: 50,
      deviation: 50,
      'change along rows': 100,
      'change along columns': 0,
    })
    expect(named(draw((_, y) => 100 * (y % 2)))).toMatchObject({ 'change along rows': 0 })
  })
  it('see a black border', () =>
    expect(named(draw((x, y) => (x < 2 || y < 2 || x > 25 || y > 25 ? 0 : 200)))).toMatchObject({
      'border mean': 0,
      'brightest 2 %': 200,
      'darkest 2 %': 0,
      'black share': expect.closeTo(1 - 24 ** 2 / 784, 9),
    }))
})

describe('misleadingImages', () => {
  it('keeps of each class the quarter that looks like the other', () => {
    const truth = [0, 0, 0, 0, 1, 1, 1, 1]
    const score = [0.1, 0.9, 0.2, 0.8, 0.7, 0.1, 0.9, 0.3]
    expect(misleadingImages(truth, score)).toEqual([1, 5])
  })
})
