/**
 * Validation images as another machine or another hospital might have taken them. Published models of these children
 * reach 97 % on validation and 46 to 69 % specificity on the official test: figures under shift say more than the plain
 * ones, and thresholds are chosen on them.
 */
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { positiveProbability } from '@zoidberg/core/labels.ts'
import { confusionAt, curve, rates, rocAuc } from '@zoidberg/core/metrics/binary.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { blur, resample } from '../augmentation/augmentation.ts'
import type { Dataset, Sample } from '../dataset/dataset.ts'
import { createRandom } from '../random.ts'

type Transform = (pixels: Uint8Array, size: Size) => Uint8Array | Promise<Uint8Array>

/** A curve of gray values, applied to every pixel. */
const tone = (map: (unit: number) => number): Transform => {
  const table = Uint8Array.from({ length: 256 }, (_, i) =>
    Math.max(0, Math.min(255, Math.round(255 * map(i / 255)))),
  )
  return (pixels) => pixels.map((value) => table[value])
}

/** Shows this share of the side, about the middle: under 1 the border is gone, over 1 it is repeated. */
const zoom =
  (share: number): Transform =>
  (pixels, size) => {
    const into = new Float32Array(pixels.length)
    resample(pixels, size, [share, 0, 0, 0, share, 0], into)
    return Uint8Array.from(into, Math.round)
  }

const blurred: Transform = (pixels, size) => {
  const image = Float32Array.from(pixels)
  blur(image, size)
  blur(image, size)
  return Uint8Array.from(image, Math.round)
}

const noisy: Transform = (pixels) => {
  const random = createRandom(1)
  return pixels.map((value) => Math.max(0, Math.min(255, Math.round(value + 8 * random.normal()))))
}

/** Stored once more with losses, at the quality of a messenger app. */
const recompressed: Transform = async (pixels, size) => {
  const jpeg = await sharp(pixels, { raw: { ...size, channels: 1 } })
    .jpeg({ quality: 30 })
    .toBuffer()
  return sharp(jpeg).toColourspace('b-w').raw().toBuffer()
}

/** Black where markers (L, R, dates) are: a twelfth of the side along every border. */
const masked: Transform = (pixels, { width, height }) => {
  const [x, y] = [Math.round(width / 12), Math.round(height / 12)]
  return pixels.map((value, i) => {
    const [column, row] = [i % width, Math.floor(i / width)]
    return column < x || column >= width - x || row < y || row >= height - y ? 0 : value
  })
}

export const SHIFTS: Record<string, Transform> = {
  plain: (pixels) => pixels,
  darker: tone((v) => 0.8 * v),
  brighter: tone((v) => 0.85 * v + 0.15),
  'gamma 0.7': tone((v) => v ** 0.7),
  'gamma 1.4': tone((v) => v ** 1.4),
  'less contrast': tone((v) => 0.5 + 0.7 * (v - 0.5)),
  'more contrast': tone((v) => 0.5 + 1.3 * (v - 0.5)),
  'border removed': zoom(0.85),
  'further away': zoom(1.15),
  blurred,
  noisy,
  'JPEG quality 30': recompressed,
  'markers masked': masked,
}

export type ShiftScores = { name: string; score: number[] }[]

/** Calibrated P(pneumonia) of every sample under every shift. */
export async function predictShifts(
  model: LoadedModel,
  dataset: Dataset,
  samples: Sample[],
  temperature: number,
): Promise<ShiftScores> {
  const scores: ShiftScores = []
  for (const [name, transform] of Object.entries(SHIFTS)) {
    const score: number[] = []
    for (let i = 0; i < samples.length; i += 32) {
      const batch = await Promise.all(
        samples.slice(i, i + 32).map((sample) => transform(dataset.pixels(sample), dataset.size)),
      )
      const { probabilities } = await model.predict(batch)
      score.push(...probabilities.map((row) => positiveProbability(calibrate(row, temperature))))
    }
    scores.push({ name, score })
  }
  return scores
}

/**
 * The threshold with the largest sensitivity + specificity over all shifts together: Youden's index where it has to
 * hold for images that nobody tuned on.
 */
export function thresholdUnderShift(truth: number[], scores: ShiftScores): number {
  const points = curve(
    scores.flatMap(() => truth),
    scores.flatMap(({ score }) => score),
  )
  const { truePositives: positives, falsePositives: negatives } = points[points.length - 1]
  const gain = points.map((p) => p.truePositives / positives - p.falsePositives / negatives)
  const best = gain.indexOf(Math.max(...gain))
  return (Math.min(1, points[best].threshold) + (points[best + 1]?.threshold ?? 0)) / 2
}

/** Figures of each shift at one threshold. */
export const shiftFigures = (truth: number[], scores: ShiftScores, threshold: number) =>
  scores.map(({ name, score }) => {
    const { sensitivity, specificity, balancedAccuracy } = rates(confusionAt(truth, score, threshold))
    return { name, sensitivity, specificity, balancedAccuracy, rocAuc: rocAuc(truth, score) }
  })
