/** What a run folder shows: SVG plots, and `report.html` that holds them all and opens without a network. */
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { toJson } from '@zoidberg/core/files.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { type Augmentation, isNoAugmentation } from '../augmentation/augmentation.ts'
import { sidesOf } from '../dataset/classes.ts'
import type { Sample } from '../dataset/dataset.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import type { Evaluation, Predicted } from '../evaluation/evaluate.ts'
import { reliabilityBins } from '../evaluation/reliability.ts'
import type { thresholdRules } from '../evaluation/threshold-rules.ts'
import { confusionPlot } from '../plots/confusion-plot.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, section } from '../plots/page.ts'
import { rankingCurves } from '../plots/ranking-curves.ts'
import { reliabilityPlot } from '../plots/reliability-plot.ts'
import { trainingCurves } from '../plots/training-curves.ts'
import { table } from '../table.ts'
import type { History } from '../train/history.ts'
import { REPORT, replaceFile } from './folder.ts'
import type { ValidationPredictions } from './predictions.ts'
import { augmentedCopies, firstFeatureMaps, samplesPerClass, worstMistakes } from './report-pictures.ts'

type ReportInput = {
  manifest: Manifest
  /** The network, and how its training images were augmented. */
  network?: LayersModel
  augmentation: Augmentation
  train: Sample[]
  model: LoadedModel
  predicted: Predicted
  predictions: ValidationPredictions
  figures: Evaluation
  test: Evaluation | null
  /** What the usual rules would have chosen. */
  thresholds: ReturnType<typeof thresholdRules>
  history: History
  bestEpoch: number
}

/**
 * Writes the plots and the page of a run, and the predictions that comparisons read.
 *
 * @param run an existing folder with room for its report
 */
export async function writeReport(run: string, input: ReportInput): Promise<void> {
  const { manifest, model, predicted, predictions, figures, test, history, bestEpoch } = input
  const { truth, score, threshold } = predictions
  const plots: Record<string, string> = {
    ...(history.length > 0 ? { 'training-curves': await trainingCurves(history, bestEpoch) } : {}),
    'ranking-curves': await rankingCurves([{ name: manifest.id, truth, score, threshold }]),
    confusion: await confusionPlot(
      figures.confusion,
      sidesOf(manifest.labels),
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
    ...(figures.classes
      ? {
          'confusion-classes': await confusionPlot(figures.classes.confusion, manifest.labels, 'All classes'),
        }
      : {}),
    reliability: await reliabilityPlot(reliabilityBins(predictions)),
    samples: await samplesPerClass(predicted),
    ...(await insideOf(input)),
    'worst-mistakes': await worstMistakes(predicted, predictions, { manifest, model }),
  }
  const save = (name: string, text: string) => replaceFile(join(run, REPORT, name), text)
  for (const [name, svg] of Object.entries(plots)) await save(`${name}.svg`, svg)
  await save('predictions.json', toJson(predictions))
  const sections = [
    section(
      'Figures on validation: these images chose the epoch, the calibration and the thresholds',
      `<pre>${escapeXml(describeEvaluation(figures))}</pre>`,
    ),
    ...(test ? [section('Test part', `<pre>${escapeXml(describeEvaluation(test))}</pre>`)] : []),
    section('Thresholds', `<pre>${escapeXml(describeThresholds(input))}</pre>`),
    ...Object.entries(plots).map(([name, svg]) => section(TITLES[name], `<figure>${svg}</figure>`)),
    section('How it was made', `<pre>${escapeXml(JSON.stringify(manifest.training, null, 2))}</pre>`),
  ]
  await save('report.html', page(manifest.id, manifest.training.dataset.synthetic, sections))
}

/** What the contents call each plot. */
const TITLES: Record<string, string> = {
  'training-curves': 'Training',
  'ranking-curves': 'Ranking',
  confusion: 'Confusion',
  'confusion-three-class': 'Confusion of three classes',
  'confusion-classes': 'Confusion of all classes',
  reliability: 'Reliability',
  samples: 'Samples of validation',
  augmented: 'Augmented copies',
  'first-feature-maps': 'First feature maps',
  'worst-mistakes': 'Worst mistakes',
}

/** What training sees, and what the first layer makes of it. */
async function insideOf({ network, augmentation, train, predicted }: ReportInput) {
  const { dataset } = predicted
  const features = network && (await firstFeatureMaps(network, predicted))
  return {
    ...(isNoAugmentation(augmentation)
      ? {}
      : { augmented: await augmentedCopies({ dataset, samples: train }, augmentation) }),
    ...(features ? { 'first-feature-maps': features } : {}),
  }
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
