/**
 * `npm run numbers -- DIR [MODEL]`: a model's answers on validation by the numbers of the patients, the five blocks of
 * `--folds numbers` by series and class, because a data set changes while it is collected; and how well it tells the kinds
 * apart in each, on validation and on the images it was trained on. Writes bench/numbers.json.
 */
import { writeFileSync } from 'node:fs'
import { labelFor } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { calibrate, judge, logOddsOf } from '@zoidberg/core/prediction.ts'
import { loadDataset, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberOf, sourceOf } from '@zoidberg/training/dataset/patient.ts'
import { bootstrapIntervals } from '@zoidberg/training/evaluation/bootstrap.ts'
import { predictSamples } from '@zoidberg/training/evaluation/evaluate.ts'
import { rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { numberFolds } from '@zoidberg/training/run/cross-validate.ts'
import { table } from '@zoidberg/training/terminal.ts'

const [directory, path = 'models/default'] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run numbers -- DIR [MODEL]')
await loadEngine()
const model = await loadModel(folder(path))
const { manifest } = model
if (manifest.task !== 'three-class') throw new Error(`${path} knows no kinds of pneumonia.`)
const dataset = await loadDataset(directory, manifest.input)

const raw = await predictSamples(model, dataset, dataset.samples)
const answers = new Map(dataset.samples.map((sample, i) => [sample, raw[i]]))
const answerOf = (sample: Sample) => answers.get(sample) as Float32Array

type Share = { value: number; interval: [low: number, high: number] }

/** Of the images for which something is so. */
function shareOf(samples: Sample[], isSo: (i: number) => boolean): Share {
  const of = (positions: number[]) => ({ share: positions.filter(isSo).length / positions.length })
  const { share: interval } = bootstrapIntervals(
    samples.map(({ patient }) => patient),
    of,
  )
  return { value: of(Array.from(samples.keys())).share, interval }
}

function rowOf(series: string, samples: Sample[]) {
  const [{ label }] = samples
  const raw = samples.map(answerOf)
  const isIll = label !== 'NORMAL'
  const numbers = samples.map(({ group }) => Number(numberOf(group)))
  return {
    series,
    numbers: [Math.min(...numbers), Math.max(...numbers)],
    images: samples.length,
    /** Sensitivity for pneumonias, specificity for normals, at the default operating point. */
    detected: shareOf(samples, (i) => judge(raw[i], manifest).decision.positive === isIll),
    /** The likelier kind is the true one, whatever the decision. */
    kind: isIll
      ? shareOf(
          samples,
          (i) => labelFor(manifest.labels, calibrate(raw[i], manifest.calibration), true) === label,
        )
      : null,
  }
}

/** ROC AUC of VIRUS against BACTERIA among the pneumonias of a part. */
function kindsOf(block: Sample[], part: 'train' | 'validation') {
  const samples = block.filter((sample) => sample.part === part && sample.label !== 'NORMAL')
  const raw = samples.map(answerOf)
  const [virus, bacteria] = [manifest.labels.indexOf('VIRUS'), manifest.labels.indexOf('BACTERIA')]
  return {
    images: samples.length,
    viral: samples.filter(({ label }) => label === 'VIRUS').length,
    rocAuc: rocAuc(
      samples.map(({ label }) => Number(label === 'VIRUS')),
      raw.map((row) => logOddsOf(row[virus], row[bacteria])),
    ),
  }
}

const rows: ReturnType<typeof rowOf>[] = []
const kinds: Record<'train' | 'validation', ReturnType<typeof kindsOf>>[] = []
for (const { validation } of Object.values(numberFolds(dataset))) {
  kinds.push({
    train: kindsOf(validation, 'train'),
    validation: kindsOf(validation, 'validation'),
  })
  const looked = validation.filter(({ part }) => part === 'validation')
  const series = Object.groupBy(looked, ({ group, label }) => `${sourceOf(group)} ${label}`)
  for (const [name, samples] of Object.entries(series)) rows.push(rowOf(name, samples ?? []))
}
dataset.close()
rows.sort((a, b) => (a.series < b.series ? -1 : Number(a.series > b.series)) || a.numbers[0] - b.numbers[0])

const percent = (share: Share | null) =>
  share
    ? `${(100 * share.value).toFixed(1)} % (${share.interval.map((v) => (100 * v).toFixed(1)).join(' to ')})`
    : ''
console.log(
  table([
    ['series', 'numbers', 'images', 'sensitivity or specificity (95 %)', 'kind (95 %)'],
    ...rows.map(({ series, numbers, images, detected, kind }) => [
      series,
      numbers.join(' to '),
      images,
      percent(detected),
      percent(kind),
    ]),
  ]),
)
console.log(
  table([
    ['bacterial against viral', ...kinds.map((_, k) => `fifth ${k + 1}`)],
    ...(['train', 'validation'] as const).map((part) => [
      `ROC AUC, ${part}`,
      ...kinds.map((block) => block[part].rocAuc.toFixed(3)),
    ]),
  ]),
)
writeFileSync(
  new URL('numbers.json', import.meta.url),
  `${JSON.stringify({ model: manifest.id, rows, kinds }, null, 2)}\n`,
)
