import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { worstMistakes } from '@zoidberg/training/run/report-pictures.ts'
import sharp from 'sharp'
import { expect, it } from 'vitest'

const size = { width: 16, height: 16 }
const gray = new Uint8Array(256).fill(60)
/** A healthy child taken for ill, and an ill one taken for healthy. */
const samples = [
  { label: 'NORMAL', patient: 'healthy' },
  { label: 'VIRUS', patient: 'ill' },
] as Sample[]
const score = [0.9, 0.1]
const raw = score.map((p) => Float32Array.from([1 - p, p * 0.2, p * 0.8]))
const manifest = {
  labels: ['NORMAL', 'BACTERIA', 'VIRUS'],
  calibration: { method: 'temperature', temperature: 1 },
} as unknown as Manifest
/** The same evidence in both: as strong as can be, everywhere. */
const model = {
  predict: async (images: Uint8Array[]) => ({
    probabilities: raw,
    maps: images.map(() => ({
      width: 2,
      height: 2,
      values: new Float32Array(12).fill(0).map((_, i) => Number(i % 3 === 2)),
    })),
  }),
} as unknown as LoadedModel

/** Mean of red minus gray in each picture of the grid. */
async function rednessOf(svg: string): Promise<number[]> {
  const pictures = [...svg.matchAll(/base64,([^"]+)"/g)].map(([, data]) => Buffer.from(data, 'base64'))
  const means = pictures.map(async (png) => {
    const rgb = await sharp(png).toColourspace('srgb').removeAlpha().raw().toBuffer()
    return rgb.filter((_, i) => i % 3 === 0).reduce((sum, red) => sum + red - 60, 0) / 256
  })
  return Promise.all(means)
}

it('draws a map as strong as pneumonia is probable: that of a child taken for healthy is faint', async () => {
  const svg = await worstMistakes(
    { dataset: { size, pixels: () => gray } as unknown as Dataset, samples, raw },
    { patients: ['healthy', 'ill'], truth: [0, 1], score, threshold: 0.5, synthetic: false },
    { manifest, model },
  )
  expect(svg).toContain('evidence for virus')
  const [plain, ofHealthy, alsoPlain, ofIll] = await rednessOf(svg)
  expect([plain, alsoPlain]).toEqual([0, 0])
  const strongest = 255 - 60
  expect(ofHealthy).toBeCloseTo(Math.min(strongest, 0.9 * 255), -1)
  expect(ofIll).toBeCloseTo(0.1 * 255, -1)
})
