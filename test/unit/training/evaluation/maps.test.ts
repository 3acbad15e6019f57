import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { centredGaussian, evaluateMaps, maskCells, massInside } from '@zoidberg/training/evaluation/maps.ts'
import { cellsOf } from '@zoidberg/training/networks/activation-grid.ts'
import { describe, expect, it } from 'vitest'

const size = { width: 8, height: 8 }
const at = (...cells: [x: number, y: number][]) => {
  const heat = new Float64Array(64)
  for (const [x, y] of cells) heat[8 * y + x] = 1
  return heat
}

describe('massInside', () => {
  it('is the share of the heat where the mask is', () => {
    const mask = Uint8Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4))
    expect(massInside(at([0, 0], [1, 5], [7, 7], [6, 6]), mask)).toBe(0.5)
  })
})

describe('centredGaussian', () => {
  it('sits in the middle however far off the heat is, and is as wide as the heat', () => {
    const heat = at([0, 0], [4, 0], [0, 4], [4, 4])
    const gaussian = centredGaussian(heat, { width: 8, height: 8 })
    const mass = gaussian.reduce((a, b) => a + b, 0)
    const meanOf = (f: (i: number) => number) => gaussian.reduce((sum, v, i) => sum + v * f(i), 0) / mass
    expect(meanOf((i) => i % 8)).toBeCloseTo(3.5, 6)
    expect(meanOf((i) => Math.floor(i / 8))).toBeCloseTo(3.5, 6)
    // The heat's variance is 4 along each axis; the image cuts the Gaussian's tails off.
    expect(meanOf((i) => ((i % 8) - 3.5) ** 2)).toBeGreaterThan(2.5)
    expect(meanOf((i) => ((i % 8) - 3.5) ** 2)).toBeLessThan(4)
  })
})

describe('maskCells', () => {
  it("paints whole cells of the map's grid and nothing else", () => {
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? 10 : 30))
    const masked = maskCells(pixels, { size, map: { width: 2, height: 2 }, cells: [1], gray: 20 })
    const changed = Array.from(masked.keys()).filter((i) => masked[i] !== pixels[i])
    expect(changed).toEqual(Array.from(pixels.keys()).filter((i) => i % 8 >= 4 && i < 32))
    expect(new Set(changed.map((i) => masked[i]))).toEqual(new Set([20]))
  })
})

describe('evaluateMaps', () => {
  const wide = { width: 16, height: 16 }
  const map = { width: 4, height: 4 }
  /** Pneumonia is bright in cell 5; the model sees just that, and its map says so. */
  const model = {
    manifest: {
      labels: ['NORMAL', 'BACTERIA', 'VIRUS'],
      calibration: { method: 'temperature', temperature: 1 },
    },
    predict: async (images: Uint8Array[]) => ({
      probabilities: images.map((pixels) => {
        const ill = pixels[16 * 5 + 5] / 300
        return Float32Array.from([1 - ill, ill * 0.8, ill * 0.2])
      }),
      maps: images.map(() => {
        const values = new Float32Array(48)
        values[3 * 5 + 1] = images[0][0] === 1 ? 0 : 9
        return { ...map, values }
      }),
    }),
  } as unknown as LoadedModel
  const dataset = {
    size: wide,
    pixels: () => Uint8Array.from({ length: 256 }, (_, i) => (cellsOf(wide, map)[i] === 5 ? 255 : 0)),
  } as unknown as Dataset
  const samples = Array.from({ length: 20 }, (_, i) => ({ patient: `person${i}` }) as Sample)
  const lungs = Uint8Array.from(cellsOf(wide, map), (cell) => Number(cell === 5 || cell === 6))

  it('finds that hiding what the map points at takes the answer away, and that this is no chance', async () => {
    const { images, mapBeatsGaussian, hidden } = await evaluateMaps(model, { dataset, samples }, lungs)
    expect(images).toBe(20)
    expect(mapBeatsGaussian).toBe(1)
    expect(hidden.black.top).toBeCloseTo(0.85, 2)
    expect(hidden.black.random).toBeLessThan(0.6)
    const [low, high] = hidden.black.intervals.difference
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThanOrEqual(0.86)
  })

  it('leaves out an image with no evidence anywhere', async () => {
    const [first] = samples
    const isFirst = (sample: Sample) => sample === first
    const blank = { size: wide, pixels: (s: Sample) => dataset.pixels(s).map((v) => (isFirst(s) ? 1 : v)) }
    const { images, massInLungs } = await evaluateMaps(
      model,
      { dataset: blank as unknown as Dataset, samples },
      lungs,
    )
    expect(images).toBe(19)
    expect(massInLungs).toBeGreaterThan(0)
  })
})
