/**
 * Images of different patients that show the same film, which hashes miss: copies that are scaled, recompressed, brightened,
 * mirrored, cropped or turned a little. Each image is compared with every other as it is, and as such copies of it would be.
 */
import type { Matrix } from '../matrix/matrix.ts'
import { multiplyInBlocks } from '../matrix/matrix-product.ts'
import type { Progress } from '../progress.ts'
import type { Dataset, Sample } from './dataset.ts'

/**
 * From this correlation on, two images are called the same film. experiments/near-duplicates has the recall on copies, and how
 * alike different children are.
 */
export const SAME_FILM = 0.95
export const AUDIT_SIZE = { height: 64, width: 64 }

/** Only the middle is compared, so that a copy may lack a border, and corners that were empty after turning. */
const MIDDLE = 0.82
/** Points along each side of the middle at which images are compared. */
const POINTS = 48

/**
 * @property border share that is cut off on each side
 * @property degrees by which the image is turned
 */
export type Change = { border: number; degrees: number; mirrored: boolean }

/** A film may be cut or turned by what lies between these steps too: half a step is a third of a pixel. */
const CHANGES: Change[] = [false, true].flatMap((mirrored) => [
  ...[0, 0.01, 0.02, 0.03, 0.04, 0.05].map((border) => ({ border, degrees: 0, mirrored })),
  ...[-3, -2, -1, 1, 2, 3].map((degrees) => ({ border: 0, degrees, mirrored })),
])

export type Pair = { files: [string, string]; correlation: number; mirrored: boolean; acrossParts: boolean }

/**
 * Finds all pairs of images of different patients that correlate at least `SAME_FILM` under some change.
 *
 * @param dataset loaded at `AUDIT_SIZE`
 * @param onProgress counts changes
 * @returns the most alike first; exact duplicates are left out: `Dataset.duplicates` has them
 */
export function nearDuplicates(dataset: Dataset, onProgress?: Progress): Pair[] {
  const { samples } = dataset
  const best = new Map<string, Pair>()
  const plain = rowsOf(dataset, CHANGES[0])
  for (const [done, change] of CHANGES.entries()) {
    const collect = (block: Float32Array, start: number) => {
      for (let at = 0; at < block.length; at++) {
        if (block[at] < SAME_FILM) continue
        const [i, j] = [start + Math.floor(at / samples.length), at % samples.length]
        if (!isNews(samples[i], samples[j])) continue
        const [a, b] = i < j ? [samples[i], samples[j]] : [samples[j], samples[i]]
        const key = `${a.file}\n${b.file}`
        if ((best.get(key)?.correlation ?? 0) >= block[at]) continue
        best.set(key, {
          files: [a.file, b.file],
          correlation: block[at],
          mirrored: change.mirrored,
          acrossParts: a.part !== b.part,
        })
      }
    }
    multiplyInBlocks(rowsOf(dataset, change), plain, { use: collect })
    onProgress?.(done + 1, CHANGES.length)
  }
  return [...best.values()].sort((a, b) => b.correlation - a.correlation)
}

const isNews = (a: Sample, b: Sample): boolean => a.patient !== b.patient && a.sha256 !== b.sha256

/** Rows of mean 0 and length 1, so that products are correlations; a blank image correlates with nothing. */
function rowsOf({ samples, pixels }: Dataset, change: Change): Matrix {
  const columns = POINTS * POINTS
  const values = new Float32Array(samples.length * columns)
  const sampler = samplerOf(change)
  samples.forEach((sample, i) => {
    const row = values.subarray(i * columns, (i + 1) * columns)
    sampler(pixels(sample), row)
    standardize(row)
  })
  return { rows: samples.length, columns, values }
}

function standardize(row: Float32Array): void {
  let [sum, squares] = [0, 0]
  for (const value of row) sum += value
  const mean = sum / row.length
  for (const value of row) squares += (value - mean) ** 2
  const length = Math.sqrt(squares)
  row.forEach((value, i) => {
    row[i] = length > 0 ? (value - mean) / length : 0
  })
}

/** Reads the middle of an image, changed, at points between its pixels. */
function samplerOf({ border, degrees, mirrored }: Change): (pixels: Uint8Array, into: Float32Array) => void {
  const { width: side } = AUDIT_SIZE
  const scale = (1 - 2 * border) * MIDDLE
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  const points = Array.from({ length: POINTS * POINTS }, (_, i) => {
    const [u, v] = [i % POINTS, Math.floor(i / POINTS)].map((k) => ((2 * k + 1) / POINTS - 1) * scale)
    const x = (mirrored ? -1 : 1) * (cos * u - sin * v)
    const [column, row] = [x, sin * u + cos * v].map((at) => ((at + 1) / 2) * side - 0.5)
    const [left, top] = [Math.floor(column), Math.floor(row)]
    return { at: top * side + left, right: column - left, down: row - top }
  })
  return (pixels, into) => {
    points.forEach(({ at, right, down }, i) => {
      const upper = pixels[at] * (1 - right) + pixels[at + 1] * right
      const lower = pixels[at + side] * (1 - right) + pixels[at + side + 1] * right
      into[i] = upper * (1 - down) + lower * down
    })
  }
}
