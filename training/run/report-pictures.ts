/** X-rays of validation that a report shows. */
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type LayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { labelFor } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import { toBatch } from '@zoidberg/core/engines/tfjs.ts'
import { enlarge, evidence } from '@zoidberg/core/explanation.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Size } from '@zoidberg/core/image.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { type Augmentation, augment } from '../augmentation/augmentation.ts'
import type { Selection } from '../dataset/dataset.ts'
import type { Predicted } from '../evaluation/evaluate.ts'
import { imageGrid } from '../plots/image-grid.ts'
import { createRandom } from '../random.ts'
import type { ValidationPredictions } from './predictions.ts'

const MISTAKES = 8
const SAMPLES = 6
const MAPS = 12

/** @returns an SVG text with the first few images of each class, a row a class */
export async function samplesPerClass({ dataset, samples }: Selection): Promise<string> {
  const groups = Object.values(Object.groupBy(samples, ({ label }) => label))
  const pictures = groups
    .flatMap((group = []) => group.slice(0, SAMPLES))
    .map(async (sample) => ({
      png: await grayPng(dataset.pixels(sample), dataset.size),
      caption: `${sample.label}, ${sample.patient}`,
    }))
  return imageGrid('Samples of validation', await Promise.all(pictures), SAMPLES)
}

/**
 * Shows what the network sees of the training part: copies as the settings augment them.
 *
 * @returns an SVG text with two copies of the first few images
 */
export async function augmentedCopies(
  { dataset, samples }: Selection,
  augmentation: Augmentation,
): Promise<string> {
  const copy = new Float32Array(dataset.size.height * dataset.size.width)
  const pictures = samples.slice(0, SAMPLES).flatMap((sample, i) =>
    [0, 1].map((k) => {
      augment(dataset.pixels(sample), {
        size: dataset.size,
        augmentation,
        random: createRandom(1, i, k),
        into: copy,
      })
      return { sample, png: grayPng(Uint8Array.from(copy, Math.round), dataset.size) }
    }),
  )
  const captioned = pictures.map(async ({ sample, png }) => ({ png: await png, caption: sample.label }))
  return imageGrid('As training sees them', await Promise.all(captioned), SAMPLES)
}

/**
 * Shows what the first convolution makes of an image: what is large there is white.
 *
 * @param network a layers model
 * @returns an SVG text; undefined for a network without convolutions
 */
export async function firstFeatureMaps(
  network: LayersModel,
  { dataset, samples: [sample] }: Selection,
): Promise<string | undefined> {
  const first = network.layers.find((layer) => layer.getClassName() === 'Conv2D')
  if (!first) return undefined
  const inside = layersModel({ inputs: network.inputs, outputs: first.output as SymbolicTensor })
  const [, height, width, channels] = first.outputShape as number[]
  const values = tidy(() => {
    const maps = inside.predict(toBatch([dataset.pixels(sample)], dataset.size)) as Tensor
    return maps.transpose([0, 3, 1, 2]).dataSync<'float32'>()
  })
  const pictures = Array.from({ length: Math.min(channels, MAPS) }, async (_, channel) => {
    const map = values.subarray(channel * height * width, (channel + 1) * height * width)
    const low = map.reduce((a, b) => Math.min(a, b))
    const range = map.reduce((a, b) => Math.max(a, b)) - low || 1
    const pixels = Uint8Array.from(map, (value) => Math.round((255 * (value - low)) / range))
    return { png: await grayPng(pixels, { height, width }), caption: `channel ${channel + 1}` }
  })
  const title = `What the first convolution makes of ${sample.label}, ${sample.patient}`
  return imageGrid(title, await Promise.all(pictures), SAMPLES)
}

/**
 * Shows the images whose probability is furthest on the wrong side of the threshold, with their maps where there are
 * any. As in an answer, a map is as strong as pneumonia is probable: the strongest place of a child that is taken for
 * healthy is faint.
 *
 * @param predicted what the model was asked about, and its raw probabilities
 * @param predictions the same, calibrated
 * @param options the calibrated manifest, and the model that draws the maps
 * @returns an SVG text
 */
export async function worstMistakes(
  { dataset, samples, raw }: Predicted,
  { truth, score, threshold }: ValidationPredictions,
  { manifest, model }: { manifest: Manifest; model: LoadedModel },
): Promise<string> {
  const error = (i: number) => (truth[i] ? threshold - score[i] : score[i] - threshold)
  const worst = samples
    .map((_, i) => i)
    .filter((i) => (truth[i] === 1) !== score[i] >= threshold)
    .sort((a, b) => error(b) - error(a))
    .slice(0, MISTAKES)
  const title = worst.length > 0 ? 'The worst mistakes' : 'The worst mistakes: there is none'
  const { maps } =
    worst.length > 0
      ? await model.predict(
          worst.map((i) => dataset.pixels(samples[i])),
          true,
        )
      : {}
  const pictures = worst.map(async (i, k) => {
    const pixels = dataset.pixels(samples[i])
    const plain = {
      png: await grayPng(pixels, dataset.size),
      caption: `${samples[i].label}, ${samples[i].patient}: ${probabilityPercent(score[i])}`,
    }
    if (!maps) return [plain]
    const positive = labelFor(manifest.labels, calibrate(raw[i], manifest.calibration), true)
    const strength = evidence(maps[k], manifest.labels.indexOf(positive)).map((value) => value * score[i])
    const png = await heatPng(pixels, dataset.size, await enlarge(strength, maps[k], dataset.size))
    return [plain, { png, caption: `evidence for ${positive.toLowerCase()}` }]
  })
  return imageGrid(title, (await Promise.all(pictures)).flat(), 4)
}

const grayPng = (pixels: Uint8Array, { width, height }: Size): Promise<Buffer> =>
  sharp(Buffer.from(pixels), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()

/** The image with the heat (0..255, a value per pixel) in red. */
async function heatPng(pixels: Uint8Array, { width, height }: Size, heat: Uint8Array): Promise<Buffer> {
  const rgb = Buffer.alloc(3 * pixels.length)
  pixels.forEach((gray, i) =>
    rgb.set([Math.min(255, gray + heat[i]), gray * (1 - heat[i] / 400), gray * (1 - heat[i] / 300)], 3 * i),
  )
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}
