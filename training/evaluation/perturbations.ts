/**
 * Perturbations: validation images as another machine or another hospital might have taken them. Published models of
 * these children reach 97 % on validation and 46 to 69 % specificity on the official test: figures under perturbations
 * say more than the plain ones.
 */
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import type { Calibration } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { blur, resample } from '../augmentation/augmentation.ts'
import type { Selection } from '../dataset/dataset.ts'
import { confusionAt, rates, rocAuc } from '../metrics/binary.ts'
import { createRandom } from '../random.ts'

/** Changes uint8 gray values of a size, always in the same way, and leaves the original alone. */
export type Perturbation = (
  pixels: Uint8Array,
  size: Size,
  isPositive: boolean,
) => Uint8Array | Promise<Uint8Array>

/** A curve of gray values, applied to every pixel. */
const tone = (map: (unit: number) => number): Perturbation => {
  const table = Uint8Array.from({ length: 256 }, (_, i) =>
    Math.max(0, Math.min(255, Math.round(255 * map(i / 255)))),
  )
  return (pixels) => pixels.map((value) => table[value])
}

/** Shows these shares of the sides, about the middle: under 1 the border is gone, over 1 it is repeated. */
const zoom =
  (x: number, y = x): Perturbation =>
  (pixels, size) => {
    const into = new Float32Array(pixels.length)
    resample(pixels, { size, affine: [x, 0, 0, 0, y, 0], into })
    return Uint8Array.from(into, Math.round)
  }

/** As if the film had been so many times as wide for its height before it was squashed to the square. */
const squashed = (aspect: number): Perturbation => zoom(Math.sqrt(aspect), 1 / Math.sqrt(aspect))

/**
 * Image statistics give this data set away: films of pneumonias are wider for their height and poorer in contrast, by
 * so much on average (experiments/shortcuts: the ratios of change along rows to change along columns, and of standard
 * deviations). Here normals look like that and pneumonias stay as they are, which is the worst a network can meet that
 * has learnt those statistics, and the direction in which published models fail on the official test.
 */
const PNEUMONIA_STATISTICS = { aspect: 1.19, contrast: 0.91 }
const withStatisticsOfPneumonia: Perturbation = async (pixels, size, isPositive) => {
  if (isPositive) return pixels
  const { aspect, contrast } = PNEUMONIA_STATISTICS
  const faint = tone((v) => 0.5 + contrast * (v - 0.5))
  return faint(await squashed(aspect)(pixels, size, isPositive), size, isPositive)
}

const blurred: Perturbation = (pixels, size) => {
  const image = Float32Array.from(pixels)
  blur(image, size)
  blur(image, size)
  return Uint8Array.from(image, Math.round)
}

const noisy: Perturbation = (pixels) => {
  const random = createRandom(1)
  return pixels.map((value) => Math.max(0, Math.min(255, Math.round(value + 8 * random.normal()))))
}

/** Stored once more with losses, at the quality of a messenger app. */
const recompressed: Perturbation = async (pixels, size) => {
  const jpeg = await sharp(pixels, { raw: { ...size, channels: 1 } })
    .jpeg({ quality: 30 })
    .toBuffer()
  return sharp(jpeg).toColourspace('b-w').raw().toBuffer()
}

/** Black where markers (L, R, dates) are: a twelfth of the side along every border. */
const withoutMarkers: Perturbation = (pixels, { width, height }) => {
  const [x, y] = [Math.round(width / 12), Math.round(height / 12)]
  return pixels.map((value, i) => {
    const [column, row] = [i % width, Math.floor(i / width)]
    return column < x || column >= width - x || row < y || row >= height - y ? 0 : value
  })
}

/** By the names that manifests have under `shifts`; the images as they are come first. */
export const PERTURBATIONS: Record<string, Perturbation> = {
  plain: (pixels) => pixels,
  darker: tone((v) => 0.8 * v),
  brighter: tone((v) => 0.85 * v + 0.15),
  'gamma 0.7': tone((v) => v ** 0.7),
  'gamma 1.4': tone((v) => v ** 1.4),
  'less contrast': tone((v) => 0.5 + 0.7 * (v - 0.5)),
  'more contrast': tone((v) => 0.5 + 1.3 * (v - 0.5)),
  'border removed': zoom(0.85),
  'further away': zoom(1.15),
  narrower: squashed(1.2),
  wider: squashed(1 / 1.2),
  'normals framed as pneumonias': withStatisticsOfPneumonia,
  blurred,
  noisy,
  'JPEG quality 30': recompressed,
  'markers masked': withoutMarkers,
}

/** Raw probabilities of every sample under every perturbation, the plain ones first. */
export type PerturbedRows = { name: string; rows: Float32Array[] }[]

/** Calibrated P(pneumonia) of every sample under every perturbation, the plain ones first. */
export type PerturbedScores = { name: string; score: number[] }[]

const BATCH = 32

/**
 * Asks a model about samples under every perturbation.
 *
 * @param selection at least one sample
 * @param perturbations by name; all single ones if left out
 * @returns raw probabilities, one row per sample
 */
export async function predictPerturbed(
  model: LoadedModel,
  { dataset, samples }: Selection,
  perturbations = PERTURBATIONS,
): Promise<PerturbedRows> {
  const perturbed: PerturbedRows = []
  for (const [name, perturb] of Object.entries(perturbations)) {
    const rows: Float32Array[] = []
    for (let i = 0; i < samples.length; i += BATCH) {
      const batch = await Promise.all(
        samples
          .slice(i, i + BATCH)
          .map((sample) => perturb(dataset.pixels(sample), dataset.size, sample.positive)),
      )
      rows.push(...(await model.predict(batch)).probabilities)
    }
    perturbed.push({ name, rows })
  }
  return perturbed
}

/** @returns the calibrated P(pneumonia) that raw probabilities become */
export const scorePerturbed = (perturbed: PerturbedRows, calibration: Calibration): PerturbedScores =>
  perturbed.map(({ name, rows }) => ({
    name,
    score: rows.map((row) => positiveProbability(calibrate(row, calibration))),
  }))

/**
 * Computes the figures under each perturbation at one threshold.
 *
 * @param truth 1 for pneumonia
 * @param threshold of the score, inclusive
 * @returns rates and areas in [0, 1], as a manifest keeps them under `shifts`
 */
export const perturbedFigures = (truth: number[], scores: PerturbedScores, threshold: number) =>
  scores.map(({ name, score }) => {
    const { sensitivity, specificity, balancedAccuracy } = rates(confusionAt(truth, score, threshold))
    return { name, sensitivity, specificity, balancedAccuracy, rocAuc: rocAuc(truth, score) }
  })
