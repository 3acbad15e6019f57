/** What a run folder shows: SVG plots, and `report.html` that holds them all and opens without a network. */
import { join } from 'node:path'
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { toJson } from '@zoidberg/core/files.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { type Dataset, type Sample, truthOf } from '../dataset/dataset.ts'
import { describe } from '../evaluation/describe.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import type { thresholdRules } from '../evaluation/operating-points.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, section } from '../plots/page.ts'
import { confusionPlot, rankingCurves, reliabilityPlot, trainingCurves } from '../plots/plots.ts'
import { table } from '../terminal.ts'
import type { History } from '../train/loop.ts'
import { REPORT, replaceFile } from './folder.ts'
import { samplesPerClass, worstMistakes } from './report-pictures.ts'

export type RunPredictions = {
  patients: string[]
  truth: number[]
  score: number[]
  threshold: number
  synthetic: boolean
}

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
    synthetic: manifest.training.dataset.synthetic,
  }
}

export type ReportInput = {
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
  const cell = (rate: number | null) => (rate === null ? '' : ratePercent(rate))
  const rows = [...served, ...thresholds].map(({ rule, threshold, sensitivity, specificity }) => [
    rule,
    probabilityPercent(threshold),
    cell(sensitivity),
    cell(specificity),
  ])
  return table([['on plain validation', 'threshold', 'sensitivity', 'specificity'], ...rows])
}
