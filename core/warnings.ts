/** What is odd about an image that a model can still answer for. */
import type { Warning } from './contract/prediction.ts'
import type { DecodedImage } from './image.ts'
import type { Manifest, Reference } from './manifest.ts'

/** Below this short side a radiograph has lost its texture. */
const TINY_SIDE = 64
const EXTREME_ASPECT = 2
/** Mean difference between the strongest and the weakest channel (of 255) above which an image counts as coloured. */
const MAX_COLOUR_SPREAD = 8
/** Between the 1st and the 99th percentile of the gray values (of 255). */
const LOW_RANGE = 40

/** @returns what is odd about an image that `decodeImage` has decoded for the model of `manifest` */
export function warningsFor(image: DecodedImage, manifest: Manifest): Warning[] {
  const { width, height, pixels } = image
  const { reference } = manifest.input
  const warnings: Warning[] = []
  const warn = (code: Warning['code'], message: string) => warnings.push({ code, message })
  if (image.colourSpread > MAX_COLOUR_SPREAD) warn('colour', 'The image has colours; a chest X-ray is gray.')
  if (Math.min(width, height) < TINY_SIDE) warn('tiny', `The short side is under ${TINY_SIDE} pixels.`)
  if (Math.max(width, height) > EXTREME_ASPECT * Math.min(width, height))
    warn('aspect', `One side is over ${EXTREME_ASPECT} times the other; the image is squashed to a square.`)
  if (image.isLateral)
    warn('lateral', 'The file says that the X-ray was taken from the side; the model knows frontal ones.')
  if (percentileRange(pixels) < LOW_RANGE) warn('low-range', 'The image has hardly any contrast.')
  if (reference && resemblance({ ...manifest.input, pixels }, reference) < reference.minCorrelation)
    warn(
      'not-chest-xray',
      'The image does not look like a frontal chest X-ray; for anything else the answer means nothing.',
    )
  return warnings
}

/** Distance between the 1st and the 99th percentile of gray values, in 0..255. */
function percentileRange(pixels: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (const value of pixels) counts[value]++
  const percentile = (share: number): number => {
    let left = Math.floor(share * (pixels.length - 1))
    return counts.findIndex((count) => {
      left -= count
      return left < 0
    })
  }
  return percentile(0.99) - percentile(0.01)
}

/**
 * A small square of an image with mean 0 and norm 1, by averaging boxes of pixels.
 *
 * @returns `side * side` values, row by row; all 0 for a flat image
 */
export function thumbnail(
  image: { pixels: Uint8Array; height: number; width: number },
  side: number,
): Float64Array {
  const sums = new Float64Array(side * side)
  const counts = new Float64Array(side * side)
  for (let y = 0; y < image.height; y++) {
    const row = Math.floor((y * side) / image.height) * side
    for (let x = 0; x < image.width; x++) {
      const cell = row + Math.floor((x * side) / image.width)
      sums[cell] += image.pixels[y * image.width + x]
      counts[cell]++
    }
  }
  const values = sums.map((sum, i) => sum / counts[i])
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const norm = Math.hypot(...values.map((value) => value - mean))
  return values.map((value) => (norm < 1e-6 ? 0 : (value - mean) / norm))
}

/** Pearson correlation of an image with the reference, in [-1, 1]. */
export const resemblance = (image: Parameters<typeof thumbnail>[0], reference: Reference): number =>
  thumbnail(image, reference.side).reduce((sum, value, i) => sum + value * reference.template[i], 0)
