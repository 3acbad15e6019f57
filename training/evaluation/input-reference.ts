/** The mean X-ray that serving compares images with, to flag what is none. */
import type { Reference } from '@zoidberg/core/manifest.ts'
import { resemblance, thumbnail } from '@zoidberg/core/warnings.ts'
import type { Dataset, Sample } from '../dataset/dataset.ts'

const SIDE = 16
/** Share of real X-rays that may be flagged wrongly. */
const FALSE_ALARMS = 0.01

/**
 * Makes the reference of a manifest.
 *
 * @param fit samples whose mean is the template
 * @param check samples of other patients; at most one in a hundred of them resembles the template less than the threshold
 * @returns a template of zero mean and unit length, 16 x 16, and the correlation under which an image is flagged
 */
export function fitReference(dataset: Dataset, fit: Sample[], check: Sample[]): Reference {
  const mean = new Float64Array(SIDE * SIDE)
  const small = (sample: Sample) => thumbnail({ ...dataset.size, pixels: dataset.pixels(sample) }, SIDE)
  for (const sample of fit) small(sample).forEach((value, i) => (mean[i] += value))
  const norm = Math.hypot(...mean)
  const template = Array.from(mean, (value) => Number((value / norm).toFixed(5)))
  const reference = { side: SIDE, template, minCorrelation: -1 }
  const likeness = check
    .map((sample) => resemblance({ ...dataset.size, pixels: dataset.pixels(sample) }, reference))
    .sort((a, b) => a - b)
  return {
    ...reference,
    minCorrelation: Number(likeness[Math.floor(FALSE_ALARMS * likeness.length)].toFixed(3)),
  }
}
