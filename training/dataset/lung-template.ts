/** Where lungs are in these X-rays: one template for all of them, because there are no lung masks of this data set. */
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
