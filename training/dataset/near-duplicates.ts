/** Images of different patients that show the same film: scaled, recompressed or mirrored copies, which hashes miss. */
import type { Matrix } from '../matrix/matrix.ts'
import { multiplyInBlocks } from '../matrix/matrix-product.ts'
import type { Dataset, Sample } from './dataset.ts'

/**
 * From this correlation of 64 x 64 pixels on, two images are called the same film. Two different children of the Kermany
 * data reach 0.97 at most, recompressed copies stay above 0.99.
 */
const SAME_FILM = 0.98
export const AUDIT_SIZE = { height: 64, width: 64 }

export type Pair = { files: [string, string]; correlation: number; mirrored: boolean; acrossParts: boolean }

/**
 * Finds all pairs of images of different patients whose pixels correlate at least `SAME_FILM`, either way round.
 *
 * @param dataset loaded at `AUDIT_SIZE`
 * @returns the most alike first; exact duplicates are left out: `Dataset.duplicates` has them
 */
export function nearDuplicates(dataset: Dataset): Pair[] {
  const { samples, size } = dataset
  const plain = standardized(samples.map((sample) => dataset.pixels(sample)))
  const mirrored = standardized(samples.map((sample) => mirror(dataset.pixels(sample), size.width)))
  const pairs: Pair[] = []
  for (const other of [plain, mirrored]) {
    const collect = (block: Float32Array, start: number, rows: number) => {
      for (let i = start; i < start + rows; i++)
        for (let j = i + 1; j < samples.length; j++) {
          const correlation = block[(i - start) * samples.length + j]
          if (correlation >= SAME_FILM && isNews(samples[i], samples[j]))
            pairs.push({
              files: [samples[i].file, samples[j].file],
              correlation,
              mirrored: other === mirrored,
              acrossParts: samples[i].part !== samples[j].part,
            })
        }
    }
    multiplyInBlocks(plain, other, { use: collect })
  }
  return pairs.sort((a, b) => b.correlation - a.correlation)
}

const isNews = (a: Sample, b: Sample): boolean => a.patient !== b.patient && a.sha256 !== b.sha256

/** Rows of mean 0 and length 1, so that products are correlations; a blank image correlates with nothing. */
function standardized(images: Uint8Array[]): Matrix {
  const columns = images[0].length
  const values = new Float32Array(images.length * columns)
  images.forEach((pixels, i) => {
    const mean = pixels.reduce((sum, value) => sum + value, 0) / columns
    const length = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0))
    pixels.forEach((value, j) => {
      values[i * columns + j] = length > 0 ? (value - mean) / length : 0
    })
  })
  return { rows: images.length, columns, values }
}

const mirror = (pixels: Uint8Array, width: number): Uint8Array =>
  pixels.map((_, i) => pixels[i - (i % width) + width - 1 - (i % width)])
