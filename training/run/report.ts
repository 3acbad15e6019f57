/** What a run folder shows: SVG plots, and `report.html` that holds them all and opens without a network. */
import { join } from 'node:path'
import { enlarge, evidence } from '@zoidberg/core/explanation.ts'
import { toJson } from '@zoidberg/core/files.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { labelFor, positiveProbability } from '@zoidberg/core/labels.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { type Dataset, type Sample, truthOf } from '../dataset/dataset.ts'
import { describe } from '../evaluation/describe.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import type { thresholdRules } from '../evaluation/operating-points.ts'
import { escapeXml, imageGrid } from '../plots/image-grid.ts'
import { confusionPlot, rankingCurves, reliabilityPlot, trainingCurves } from '../plots/plots.ts'
import { table } from '../terminal.ts'
import type { History } from '../train/loop.ts'
import { REPORT, replaceFile } from './folder.ts'

const MISTAKES = 8
const SAMPLES = 6

export type RunPredictions = { patients: string[]; truth: number[]; score: number[]; threshold: number }

/** Calibrated P(pneumonia) of each sample, for plots and comparisons. */
function predictionsOf(
  manifest: Manifest,
  samples: Sample[],
  raw: Float32Array[],
  threshold: number,
): RunPredictions {
  return {
    patients: samples.map(({ patient }) => patient),
    truth: truthOf(samples),
    score: raw.map((row) => positiveProbability(calibrate(row, manifest.calibration))),
    threshold,
  }
}

type ReportInput = {
  manifest: Manifest
  dataset: Dataset
  samples: Sample[]
  raw: Float32Array[]
  figures: Evaluation
  test: Evaluation | null
  /** What the usual rules would have chosen. */
  thresholds: ReturnType<typeof thresholdRules>
  history: History
  bestEpoch: number
  model: LoadedModel
}

export async function writeReport(run: string, input: ReportInput): Promise<void> {
  const { manifest, samples, raw, figures, test, history, bestEpoch } = input
  const predictions = predictionsOf(manifest, samples, raw, figures.threshold)
  const { truth, score, threshold } = predictions
  const plots: Record<string, string> = {
    'training-curves': await trainingCurves(history, bestEpoch),
    'ranking-curves': await rankingCurves([{ name: manifest.id, truth, score, threshold }]),
    confusion: await confusionPlot(
      figures.confusion,
      ['NORMAL', 'PNEUMONIA'],
      `Confusion at ${figures.operatingPoint}`,
    ),
    ...(figures.threeClass
      ? {
          'confusion-three-class': await confusionPlot(
            figures.threeClass.confusion,
            manifest.labels,
            'Three classes',
          ),
        }
      : {}),
    reliability: await reliabilityPlot(truth, score),
    samples: await samplesPerClass(input),
    'worst-mistakes': await worstMistakes(input, predictions),
  }
  const save = (name: string, text: string) => replaceFile(join(run, REPORT, name), text)
  for (const [name, svg] of Object.entries(plots)) await save(`${name}.svg`, svg)
  await save('predictions.json', toJson(predictions))
  const sections = [
    section('Figures on validation', `<pre>${escapeXml(describe(figures))}</pre>`),
    ...(test ? [section('Test part', `<pre>${escapeXml(describe(test))}</pre>`)] : []),
    section('Thresholds', `<pre>${escapeXml(describeThresholds(input))}</pre>`),
    ...Object.values(plots).map((svg) => `<figure>${svg}</figure>`),
    section('How it was made', `<pre>${escapeXml(JSON.stringify(manifest.training, null, 2))}</pre>`),
  ]
  await save('report.html', page(manifest.id, manifest.training.dataset.synthetic, sections))
}

/** The operating points of the model beside what the usual rules would have chosen. */
function describeThresholds({ manifest, thresholds }: ReportInput): string {
  const served = Object.entries(manifest.operatingPoints).map(([rule, point]) => ({ ...point, rule }))
  const cell = (rate: number | null) => (rate === null ? '' : rate.toFixed(4))
  const rows = [...served, ...thresholds].map(({ rule, threshold, sensitivity, specificity }) => [
    rule,
    cell(threshold),
    cell(sensitivity),
    cell(specificity),
  ])
  return table([['on plain validation', 'threshold', 'sensitivity', 'specificity'], ...rows])
}

const section = (title: string, body: string): string => `<section><h2>${title}</h2>${body}</section>`

/** Plots side by side, as many in a row as fit. */
export const row = (plots: string[]): string =>
  `<div class="row">${plots.map((svg) => `<figure>${svg}</figure>`).join('')}</div>`

/** A page without scripts or links. */
export function page(title: string, synthetic: boolean, sections: string[]): string {
  const style = `body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}pre{background:#f5f6f8;padding:1rem;overflow:auto;line-height:1.35}
figure{margin:1.5rem 0}.row{display:flex;flex-wrap:wrap;gap:1rem}.row figure{margin:0}figure svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.35rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}`
  const note = synthetic
    ? '<p><strong>Trained on synthetic phantoms: the figures say nothing about X-rays.</strong></p>'
    : ''
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeXml(title)}</title><style>${style}</style><h1>${escapeXml(title)}</h1><p>Not a medical device.</p>${note}${sections.join('\n')}</html>\n`
}

/** The first few images of each class, a row a class. */
async function samplesPerClass({ dataset, samples, manifest }: ReportInput): Promise<string> {
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
async function worstMistakes(
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
      caption: `${samples[i].label}, ${samples[i].patient}: ${(100 * score[i]).toFixed(1)} %`,
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
