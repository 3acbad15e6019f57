/** X-rays of validation that a report shows. */

import { labelFor } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent } from '@zoidberg/core/contract/percent.ts'
import { enlarge, evidence } from '@zoidberg/core/explanation.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { imageGrid } from '../plots/image-grid.ts'
import type { ReportInput, RunPredictions } from './report.ts'

const MISTAKES = 8
const SAMPLES = 6

/** The first few images of each class, a row a class. */
export async function samplesPerClass({ dataset, samples, manifest }: ReportInput): Promise<string> {
  const groups = Object.values(Object.groupBy(samples, ({ label }) => label))
  const pictures = groups
    .flatMap((group = []) => group.slice(0, SAMPLES))
    .map(async (s) => ({
      png: await grayPng(dataset.pixels(s), manifest),
      caption: `${s.label}, ${s.patient}`,
    }))
  return imageGrid('Samples of validation', await Promise.all(pictures), SAMPLES)
}

/** The images whose probability is furthest on the wrong side of the threshold, with their maps where there are any. */
export async function worstMistakes(
  { dataset, samples, raw, manifest, model }: ReportInput,
  { truth, score, threshold }: RunPredictions,
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
      png: await grayPng(pixels, manifest),
      caption: `${samples[i].label}, ${samples[i].patient}: ${probabilityPercent(score[i])}`,
    }
    if (!maps) return [plain]
    const positive = labelFor(manifest.labels, calibrate(raw[i], manifest.calibration), true)
    const heat = evidence(maps[k], manifest.labels.indexOf(positive))
    const png = await heatPng(pixels, manifest, heat, maps[k])
    return [plain, { png, caption: `evidence for ${positive.toLowerCase()}` }]
  })
  return imageGrid(title, (await Promise.all(pictures)).flat(), 4)
}

const grayPng = (pixels: Uint8Array, { input: { width, height } }: Manifest): Promise<Buffer> =>
  sharp(Buffer.from(pixels), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()

/** The image with the evidence in red. */
async function heatPng(
  pixels: Uint8Array,
  { input: { width, height } }: Manifest,
  heat: Float32Array,
  map: { width: number; height: number },
): Promise<Buffer> {
  const large = await enlarge(heat, map, { width, height })
  const rgb = Buffer.alloc(3 * pixels.length)
  pixels.forEach((gray, i) =>
    rgb.set(
      [Math.min(255, gray + large[i]), gray * (1 - large[i] / 400), gray * (1 - large[i] / 300)],
      3 * i,
    ),
  )
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}
