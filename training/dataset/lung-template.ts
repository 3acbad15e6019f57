/** Where lungs are in these X-rays: one template for all of them, because there are no lung masks of this data set. */
import type { Size } from '@zoidberg/core/image.ts'
import type { Dataset, Sample } from './dataset.ts'

/** Of the range of the mean normal image: lungs are darker, ribs, heart and belly are brighter. */
const LUNG_GRAY = 0.57
/** Of the sides: beyond are arms, neck, belly and the dark around the child. */
const BODY = { left: 0.13, right: 0.88, top: 0.17, bottom: 0.8 }

/**
 * Draws the template: what is dark in the middle of the body on the mean of normal images. It misses the lung behind the
 * heart.
 *
 * @param normals samples labelled NORMAL, at least one
 * @returns one value per pixel of the data set's size: 1 inside, 0 outside, row by row
 */
export function lungTemplate(dataset: Dataset, normals: Sample[]): Uint8Array {
  const { width, height } = dataset.size
  const mean = new Float64Array(width * height)
  for (const sample of normals) dataset.pixels(sample).forEach((value, i) => (mean[i] += value))
  const low = mean.reduce((a, b) => Math.min(a, b))
  const high = mean.reduce((a, b) => Math.max(a, b))
  return Uint8Array.from(mean, (value, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    const inBody = x > BODY.left && x < BODY.right && y > BODY.top && y < BODY.bottom
    return Number(inBody && (value - low) / (high - low) < LUNG_GRAY)
  })
}

/** Parts of an image, in shares of its sides. */
const [WEST, EAST, MIDDLE] = [
  { left: 0.18, right: 0.42, top: 0.25, bottom: 0.6 },
  { left: 0.58, right: 0.82, top: 0.25, bottom: 0.6 },
  { left: 0.46, right: 0.54, top: 0.25, bottom: 0.6 },
]
const [ABOVE, BELOW] = [
  { left: 0.3, right: 0.7, top: 0.17, bottom: 0.25 },
  { left: 0.3, right: 0.7, top: 0.65, bottom: 0.8 },
]
/** Of a side; 0.49 and 0.65 on the children's X-rays. */
const LEAST_LUNG = 0.3
/** Of the fainter side; nothing of the spine is lung on the children's X-rays. */
const MOST_SPINE = 0.5
/** How much more lung there may be below than above; 0.08 on the children's X-rays, 0.34 upside down. */
const MOST_BELOW = 0.2

/**
 * Decides whether a template is of two lungs beside a spine, the right way up. Noise, landscapes, and films that are inverted
 * or turned by 90 or 180 degrees are none.
 *
 * @param template as `lungTemplate` gives it
 */
export function showsLungs(template: Uint8Array, size: Size): boolean {
  const [west, east, middle, above, below] = [WEST, EAST, MIDDLE, ABOVE, BELOW].map((part) =>
    shareIn(template, size, part),
  )
  const fainter = Math.min(west, east)
  return fainter >= LEAST_LUNG && middle <= MOST_SPINE * fainter && below - above <= MOST_BELOW
}

function shareIn(template: Uint8Array, { width, height }: Size, part: typeof WEST): number {
  let [inside, count] = [0, 0]
  for (let y = Math.ceil(part.top * height); y < part.bottom * height; y++)
    for (let x = Math.ceil(part.left * width); x < part.right * width; x++, count++)
      inside += template[y * width + x]
  return count > 0 ? inside / count : 0
}
