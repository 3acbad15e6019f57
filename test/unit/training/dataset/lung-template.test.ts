import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { lungTemplate, showsLungs } from '@zoidberg/training/dataset/lung-template.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { describe, expect, it } from 'vitest'

const SIDE = 128
const size = { height: SIDE, width: SIDE }
const COUNT = 12

/** An image whose pixel at x, y is another's at `from(x, y)`. */
const moved = (pixels: Uint8Array, from: (x: number, y: number) => [number, number]) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = from(i % SIDE, Math.floor(i / SIDE))
    return pixels[y * SIDE + x]
  })
const each = (draw: (x: number, y: number, seed: number) => number) => (seed: number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => draw(i % SIDE, Math.floor(i / SIDE), seed))
const chest = (seed: number) => drawPhantom('NORMAL', seed, size)
const last = SIDE - 1

const looksLikeLungs = (draw: (seed: number) => Uint8Array): boolean => {
  const samples = Array.from({ length: COUNT }, (_, i) => ({ row: i })) as Sample[]
  const dataset = { size, pixels: ({ row }: Sample) => draw(row) } as unknown as Dataset
  return showsLungs(lungTemplate(dataset, samples), size)
}

describe('lungs are seen', () => {
  it.each([
    ['as they are', chest],
    ['mirrored', (seed: number) => moved(chest(seed), (x, y) => [last - x, y])],
    ['darker', (seed: number) => chest(seed).map((value) => 0.6 * value)],
  ])('in synthetic chests %s', (_, draw) => expect(looksLikeLungs(draw)).toBe(true))
})

describe('no lungs are seen', () => {
  it.each([
    ['inverted chests', (seed: number) => chest(seed).map((value) => 255 - value)],
    ['chests upside down', (seed: number) => moved(chest(seed), (x, y) => [last - x, last - y])],
    ['chests on their left side', (seed: number) => moved(chest(seed), (x, y) => [y, last - x])],
    ['chests on their right side', (seed: number) => moved(chest(seed), (x, y) => [last - y, x])],
    ['noise', each((x, y, seed) => createRandom(seed * SIDE * SIDE + y * SIDE + x).integer(256))],
    ['skies over dark land', each((_, y, seed) => (y < SIDE / 2 + seed ? 200 : 40))],
    ['dark skies over light land', each((_, y, seed) => (y < SIDE / 2 + seed ? 40 : 200))],
    ['nothing', each(() => 90)],
  ])('in %s', (_, draw) => expect(looksLikeLungs(draw)).toBe(false))
})
