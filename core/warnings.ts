/** What is odd about an image that a model can still answer for. */
import type { Sharp } from 'sharp'
import type { Warning } from './contract/prediction.ts'
import { type DecodedImage, open } from './image.ts'
import type { Manifest, Reference } from './manifest.ts'

/** Below this short side a radiograph has lost its texture. */
const TINY_SIDE = 64
const EXTREME_ASPECT = 2
/** Mean difference between the strongest and the weakest channel (of 255) from which an image counts as coloured. */
const COLOUR_SPREAD = 8
/** Between the 1st and the 99th percentile of the gray values (of 255). */
const LOW_RANGE = 40

/** All warnings for an image that `decodeImage` has decoded for the model of `manifest`. */
export async function warningsFor(
  bytes: Uint8Array,
  image: DecodedImage,
  manifest: Manifest,
): Promise<Warning[]> {
  const { width, height, pixels } = image
  const { reference } = manifest.input
  const warnings: Warning[] = []
  const warn = (code: Warning['code'], message: string) => warnings.push({ code, message })
  if (image.channels >= 3 && (await isColoured(open(bytes))))
    warn('colour', 'The image has colours; a chest X-ray is gray.')
  if (Math.min(width, height) < TINY_SIDE) warn('tiny', `The short side is under ${TINY_SIDE} pixels.`)
  if (Math.max(width, height) > EXTREME_ASPECT * Math.min(width, height))
    warn('aspect', `One side is over ${EXTREME_ASPECT} times the other; the image is squashed to a square.`)
  if (percentileRange(pixels) < LOW_RANGE) warn('low-range', 'The image has hardly any contrast.')
  if (reference && resemblance({ ...manifest.input, pixels }, reference) < reference.minCorrelation)
    warn(
      'not-chest-xray',
      'The image does not look like a frontal chest X-ray; for anything else the answer means nothing.',
    )
  return warnings
}

async function isColoured(image: Sharp): Promise<boolean> {
  const options = { fit: 'fill', kernel: 'nearest' } as const
  const rgb = await image
    .removeAlpha()
    .toColourspace('srgb')
    .resize(32, 32, options)
    .raw({ depth: 'uchar' })
    .toBuffer()
  let spread = 0
  for (let i = 0; i + 2 < rgb.length; i += 3)
    spread += Math.max(rgb[i], rgb[i + 1], rgb[i + 2]) - Math.min(rgb[i], rgb[i + 1], rgb[i + 2])
  return spread / (rgb.length / 3) > COLOUR_SPREAD
}

/** Distance between the 1st and the 99th percentile of gray values, in 0..255. */
function percentileRange(pixels: Uint8Array): number {
  const sorted = Uint8Array.from(pixels).sort()
  return sorted[Math.floor(0.99 * (sorted.length - 1))] - sorted[Math.floor(0.01 * (sorted.length - 1))]
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
