import { labelFor } from '@zoidberg/core/contract/labels.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate, decide, logOddsOf } from '@zoidberg/core/prediction.ts'
import { loadDataset, type Part, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberFolds } from '@zoidberg/training/dataset/folds.ts'
import { numberOf, seriesOf } from '@zoidberg/training/dataset/patient.ts'
import { predictSamples } from '@zoidberg/training/evaluation/evaluate.ts'
import { rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { bootstrapIntervals } from '@zoidberg/training/statistics/bootstrap.ts'
import { Unmet } from '../../scripts/lib/fail.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import type { Result, Row, Share, Subtypes } from './table.ts'

/** Raw probabilities of an image. */
type RawOf = (sample: Sample) => Float32Array

/** Asks a model about every image, then looks at each fifth of the numbers. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, model: path } = readOptions(args, { data: undefined, model: 'models/default' }).options
  const model = await loadModel(folder(path))
  const { manifest } = model
  if (manifest.task !== 'three-class') throw new Unmet(`${path} knows no subtypes of pneumonia.`)
  const dataset = await loadDataset(data, manifest.input)
  const raw = await predictSamples(model, { dataset, samples: dataset.samples })
  const answers = new Map(dataset.samples.map((sample, i) => [sample, raw[i]]))
  const rawOf: RawOf = (sample) => answers.get(sample) as Float32Array
  const fifths = Object.values(numberFolds(dataset)).map(({ validation }) => validation)
  dataset.close()
  const result = {
    model: manifest.id,
    rows: fifths.flatMap((fifth) => rowsOf(fifth, rawOf, manifest)).sort(bySeriesAndNumber),
    subtypes: fifths.map((fifth) => ({
      train: subtypesOf(fifth, 'train', rawOf, manifest),
      validation: subtypesOf(fifth, 'validation', rawOf, manifest),
    })),
  }
  return { result, data: dataset.fingerprint }
}

const bySeriesAndNumber = (a: Row, b: Row): number =>
  (a.series < b.series ? -1 : Number(a.series > b.series)) || a.numbers[0] - b.numbers[0]

function rowsOf(fifth: Sample[], rawOf: RawOf, manifest: Manifest): Row[] {
  const looked = fifth.filter(({ part }) => part === 'validation')
  const series = Map.groupBy(looked, ({ group, label }) => `${seriesOf(group)} ${label}`)
  return [...series].map(([name, samples]) => rowOf(name, samples, rawOf, manifest))
}

function rowOf(series: string, samples: Sample[], rawOf: RawOf, manifest: Manifest): Row {
  const [{ label }] = samples
  const isIll = label !== 'NORMAL'
  const numbers = samples.map(({ group }) => Number(numberOf(group)))
  const likelier = (sample: Sample) =>
    labelFor(manifest.labels, calibrate(rawOf(sample), manifest.calibration), true)
  return {
    series,
    numbers: [Math.min(...numbers), Math.max(...numbers)],
    images: samples.length,
    detected: shareOf(samples, (sample) => decide(rawOf(sample), manifest).decision.positive === isIll),
    subtype: isIll ? shareOf(samples, (sample) => likelier(sample) === label) : null,
  }
}

/** The share of the images for which something is so. */
function shareOf(samples: Sample[], isSo: (sample: Sample) => boolean): Share {
  const hits = samples.map(isSo)
  const of = (positions: number[]) => ({ share: positions.filter((i) => hits[i]).length / positions.length })
  const patients = samples.map(({ patient }) => patient)
  const { share: interval } = bootstrapIntervals(patients, of)
  return { value: of(Array.from(samples.keys())).share, interval }
}

function subtypesOf(fifth: Sample[], part: Part, rawOf: RawOf, { labels }: Manifest): Subtypes {
  const samples = fifth.filter((sample) => sample.part === part && sample.label !== 'NORMAL')
  const isViral = samples.map(({ label }) => Number(label === 'VIRUS'))
  const [virus, bacteria] = [labels.indexOf('VIRUS'), labels.indexOf('BACTERIA')]
  const scores = samples.map(rawOf).map((raw) => logOddsOf(raw[virus], raw[bacteria]))
  return {
    images: samples.length,
    viral: isViral.reduce((a, b) => a + b, 0),
    rocAuc: rocAuc(isViral, scores),
  }
}
