import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { fitClassifier, scoresOf } from '@zoidberg/training/classical/classifier.ts'
import {
  type Dataset,
  loadDataset,
  partOf,
  type Sample,
  truthOf,
} from '@zoidberg/training/dataset/dataset.ts'
import { predictSamples } from '@zoidberg/training/evaluation/evaluate.ts'
import {
  IMAGE_STATISTICS,
  imageStatistics,
  misleadingImages,
} from '@zoidberg/training/evaluation/image-statistics.ts'
import { rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { mean } from '@zoidberg/training/statistics/descriptive.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Model, Result, Statistic } from './table.ts'

const SIZE = { height: 224, width: 224 }
const DEFAULT_MODEL = 'models/default'

/** Fits boosted trees on the image statistics of training patients, and asks them and models about validation. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { options, words } = readOptions(args, { data: undefined })
  const dataset = await loadDataset(options.data, SIZE)
  const [train, validation] = [partOf(dataset, 'train'), partOf(dataset, 'validation')]
  const truth = truthOf(validation)
  const statistics = matrixOf(dataset, validation)
  const classifier = fitClassifier('xgboost', {
    x: matrixOf(dataset, train),
    y: Uint8Array.from(truthOf(train)),
  })
  const scores = scoresOf(classifier, statistics)
  dataset.close()

  const misleading = misleadingImages(truth, scores)
  const areas = (all: ArrayLike<number>) => ({
    all: rocAuc(truth, all),
    misleading: rocAuc(
      misleading.map((i) => truth[i]),
      misleading.map((i) => all[i]),
    ),
  })
  const models: Model[] = [{ name: 'the image statistics alone (XGBoost)', ...areas(scores) }]
  for (const path of words.length > 0 ? words : [DEFAULT_MODEL]) {
    const { id, probabilities } = await ask(path, options.data)
    models.push({ name: id, ...areas(probabilities) })
  }
  const column = (j: number) => truth.map((_, i) => statistics.values[i * statistics.columns + j])
  const result = {
    images: truth.length,
    misleadingImages: misleading.length,
    statistics: IMAGE_STATISTICS.map((name, j) => statisticOf(name, column(j), truth)),
    models,
  }
  return { result, data: dataset.fingerprint }
}

/** @returns the eight statistics of each image, row by row */
const matrixOf = (dataset: Dataset, samples: Sample[]) => ({
  rows: samples.length,
  columns: IMAGE_STATISTICS.length,
  values: Float32Array.from(samples.flatMap((sample) => imageStatistics(dataset.pixels(sample), SIZE))),
})

function statisticOf(name: string, values: number[], truth: number[]): Statistic {
  const area = rocAuc(truth, values)
  const meanOf = (label: number) => mean(values.filter((_, i) => truth[i] === label))
  return { name, rocAuc: Math.max(area, 1 - area), normal: meanOf(0), pneumonia: meanOf(1) }
}

/** @returns the calibrated probabilities of pneumonia of the validation images */
async function ask(path: string, directory: string): Promise<{ id: string; probabilities: number[] }> {
  const model = await loadModel(folder(path))
  const { id, input, calibration } = model.manifest
  const dataset = await loadDataset(directory, input)
  const raw = await predictSamples(model, { dataset, samples: partOf(dataset, 'validation') })
  dataset.close()
  model.dispose()
  return { id, probabilities: raw.map((row) => positiveProbability(calibrate(row, calibration))) }
}
