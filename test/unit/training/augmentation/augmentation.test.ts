import {
  type Augmentation,
  augment,
  STUDENT_AUGMENTATION,
} from '@zoidberg/training/augmentation/augmentation.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { defaultNetwork } from '@zoidberg/training/networks/default.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

const size = { height: 40, width: 48 }
const image = drawPhantom('BACTERIA', 1, size)
const draw = (augmentation: Augmentation, seed = 1, pixels = image) => {
  const into = new Float32Array(pixels.length)
  augment(pixels, { size, augmentation, random: createRandom(seed), into })
  return into
}
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length

describe('augment', () => {
  it('without anything is the image itself', () => {
    const copy = draw({})
    image.forEach((value, i) => expect(copy[i]).toBeCloseTo(value, 3))
  })

  it.each([
    ['flip', { flip: 1 }, (row: number, column: number) => row * 48 + (47 - column)],
    ['vertical flip', { flipVertical: 1 }, (row: number, column: number) => (39 - row) * 48 + column],
  ])('%s mirrors exactly', (_, augmentation, source) => {
    const copy = draw(augmentation)
    for (let row = 0; row < 40; row++)
      for (let column = 0; column < 48; column++)
        expect(copy[row * 48 + column]).toBeCloseTo(image[source(row, column)], 2)
  })

  it.each<[string, Augmentation]>([
    ['rotation', { rotation: 15 }],
    ['zoom', { zoom: 0.2 }],
    ['shift', { shift: 0.1 }],
    ['crop', { crop: [0.3, 0.6] }],
    ['a crop beyond the border', { crop: [1.2, 1.5] }],
    ['aspect', { aspect: 1.5 }],
    ['brightness', { brightness: 0.3 }],
    ['contrast', { contrast: 0.3 }],
    ['gamma', { gamma: 0.4 }],
    ['blur', { blur: 1 }],
    ['noise', { noise: 0.1 }],
    ['erasing', { erasing: 1 }],
    ['what the report did', STUDENT_AUGMENTATION],
    ['what the default model trains with', defaultNetwork.training.augmentation],
  ])('%s changes the image, stays in range, and follows the seed', (_, augmentation) => {
    const copies = [1, 2, 3, 4, 5].map((seed) => draw(augmentation, seed))
    for (const copy of copies) for (const value of copy) expect(value >= 0 && value <= 255).toBe(true)
    expect(copies.some((copy) => mean(copy.map((value, i) => Math.abs(value - image[i]))) > 0.3)).toBe(true)
    expect(draw(augmentation, 3)).toEqual(copies[2])
    if (!('blur' in augmentation && Object.keys(augmentation).length === 1))
      expect(copies[0]).not.toEqual(copies[1])
  })

  it('keeps the picture inside a crop: nothing beyond the border is invented', () => {
    const ramp = Uint8Array.from({ length: 40 * 48 }, (_, i) => i % 48)
    for (let seed = 0; seed < 20; seed++) {
      const copy = draw({ crop: [0.2, 0.2] }, seed, ramp)
      expect(Math.max(...copy.slice(0, 48)) - Math.min(...copy.slice(0, 48))).toBeCloseTo(
        Math.sqrt(0.2) * 47,
        0,
      )
    }
  })

  it('shows the border repeated around what is further away', () => {
    const black = Uint8Array.from({ length: 40 * 48 }, (_, i) => (i % 48 < 24 ? 0 : 200))
    for (let seed = 0; seed < 20; seed++) {
      const copy = draw({ crop: [1.44, 1.44] }, seed, black)
      expect(Math.min(...copy)).toBe(0)
      expect(Math.max(...copy)).toBe(200)
    }
  })

  it('adds noise of the stated strength and no bias', () => {
    const gray = new Uint8Array(40 * 48).fill(128)
    const deviations = Array.from({ length: 200 }, (_, seed) => {
      const copy = draw({ noise: 0.1 }, seed, gray)
      expect(Math.abs(mean(copy) - 128)).toBeLessThan(2)
      return Math.sqrt(mean(copy.map((value) => (value - 128) ** 2)))
    })
    expect(mean(deviations) / 255).toBeCloseTo(0.05, 2)
  })

  it('blurs without moving the mean', () => expect(mean(draw({ blur: 1 }))).toBeCloseTo(mean(image), 0))
})
