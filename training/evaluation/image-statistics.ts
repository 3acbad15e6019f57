/**
 * Image statistics: eight numbers that tell exposure, contrast, sharpness and how far an X-ray was squashed, and
 * nothing of what it shows. A network may learn these instead of lungs, as far as they differ between the classes of a
 * data set.
 */
import type { Size } from '@zoidberg/core/image.ts'

/** Their names, in order. */
export const IMAGE_STATISTICS = [
  'mean',
  'deviation',
  'darkest 2 %',
  'brightest 2 %',
  'black share',
  'border mean',
  'change along rows',
  'change along columns',
] as const

/** Of the side. */
const BORDER = 1 / 14
const BLACK = 3

/**
 * Computes the image statistics.
 *
 * @param pixels uint8 gray values, row by row
 * @param size of the image, in pixels
 * @returns one number for each of IMAGE_STATISTICS, in gray values or shares
 */
export function imageStatistics(pixels: Uint8Array, { width, height }: Size): number[] {
  const histogram = new Float64Array(256)
  let [border, inBorder, alongRows, alongColumns] = [0, 0, 0, 0]
  const [edgeX, edgeY] = [Math.round(BORDER * width), Math.round(BORDER * height)]
  pixels.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    histogram[value]++
    if (x < edgeX || x >= width - edgeX || y < edgeY || y >= height - edgeY) {
      border += value
      inBorder++
    }
    if (x > 0) alongRows += Math.abs(value - pixels[i - 1])
    if (y > 0) alongColumns += Math.abs(value - pixels[i - width])
  })
  const moment = (power: number) => histogram.reduce((sum, n, v) => sum + n * v ** power, 0) / pixels.length
  const mean = moment(1)
  return [
    mean,
    Math.sqrt(Math.max(0, moment(2) - mean ** 2)),
    percentile(histogram, 0.02 * pixels.length),
    percentile(histogram, 0.98 * pixels.length),
    histogram.subarray(0, BLACK).reduce((a, b) => a + b, 0) / pixels.length,
    border / inBorder,
    alongRows / ((width - 1) * height),
    alongColumns / (width * (height - 1)),
  ]
}

/** The gray value that `count` pixels reach at most. */
function percentile(histogram: Float64Array, count: number): number {
  let [value, below] = [0, histogram[0]]
  while (below < count) below += histogram[++value]
  return value
}

/**
 * Finds the images whose statistics mislead most: of each class the quarter that a classifier of the statistics takes
 * most for the other one. What a network knows beyond the statistics shows there, on images that nobody has altered.
 *
 * @param truth 1 for pneumonia
 * @param score of the classifier, higher for pneumonia
 * @returns positions, ascending
 */
export function misleadingImages(truth: number[], score: ArrayLike<number>): number[] {
  const quarter = (label: number) => {
    const members = truth.flatMap((t, i) => (t === label ? [i] : []))
    const sign = label ? 1 : -1
    return members.sort((a, b) => sign * (score[a] - score[b])).slice(0, Math.ceil(members.length / 4))
  }
  return [...quarter(0), ...quarter(1)].sort((a, b) => a - b)
}
