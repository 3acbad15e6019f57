/**
 * `npm run shortcuts -- DIR [MODEL…]`: how far the frame of an X-ray alone tells the classes apart, and what is left of a
 * model where the frame misleads. Fitted on training patients, asked on validation. Writes bench/shortcuts.json.
 */
import { writeFileSync } from 'node:fs'
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
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
import { againstTheFrame, FRAME_STATISTICS, frameStatistics } from '@zoidberg/training/evaluation/frame.ts'
import { rocAuc } from '@zoidberg/training/metrics/binary.ts'
import { table } from '@zoidberg/training/terminal.ts'

const SIZE = { height: 224, width: 224 }
const [directory, ...given] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run shortcuts -- DIR [MODEL…]')
const paths = given.length > 0 ? given : ['models/default']
await loadEngine()

const framesOf = (dataset: Dataset, samples: Sample[]) => ({
  rows: samples.length,
  columns: FRAME_STATISTICS.length,
  values: Float32Array.from(samples.flatMap((sample) => frameStatistics(dataset.pixels(sample), SIZE))),
})

const dataset = await loadDataset(directory, SIZE)
const [train, validation] = [partOf(dataset, 'train'), partOf(dataset, 'validation')]
const truth = truthOf(validation)
const frames = framesOf(dataset, validation)
const classifier = fitClassifier('xgboost', framesOf(dataset, train), Uint8Array.from(truthOf(train)))
const score = scoresOf(classifier, frames)
dataset.close()

const column = (j: number) => truth.map((_, i) => frames.values[i * frames.columns + j])
const hard = againstTheFrame(truth, score)
const areas = (all: ArrayLike<number>) => ({
  all: rocAuc(truth, all),
  againstTheFrame: rocAuc(
    hard.map((i) => truth[i]),
    hard.map((i) => all[i]),
  ),
})
/** Of one statistic in whichever direction it tells. */
const either = (area: number) => Math.max(area, 1 - area)
const meanOf = (values: number[], label: number) => {
  const members = values.filter((_, i) => truth[i] === label)
  return members.reduce((a, b) => a + b, 0) / members.length
}
const statistics = FRAME_STATISTICS.map((name, j) => ({
  name,
  rocAuc: either(rocAuc(truth, column(j))),
  normal: meanOf(column(j), 0),
  pneumonia: meanOf(column(j), 1),
}))
const models = [{ name: 'the frame alone (XGBoost)', ...areas(score) }]
for (const path of paths) {
  const model = await loadModel(folder(path))
  const data = await loadDataset(directory, model.manifest.input)
  const raw = await predictSamples(model, data, partOf(data, 'validation'))
  const probability = raw.map((row) => positiveProbability(calibrate(row, model.manifest.calibration)))
  models.push({ name: model.manifest.id, ...areas(probability) })
  data.close()
  model.dispose()
}
const result = { images: truth.length, imagesAgainstTheFrame: hard.length, statistics, models }
const frameTable = table([
  ['', 'ROC AUC', 'mean of normals', 'mean of pneumonias'],
  ...statistics.map((row) => [
    row.name,
    row.rocAuc.toFixed(4),
    row.normal.toFixed(3),
    row.pneumonia.toFixed(3),
  ]),
])
const modelTable = table([
  ['', `${truth.length} images`, `${hard.length} images against the frame`],
  ...models.map((row) => [row.name, row.all.toFixed(4), row.againstTheFrame.toFixed(4)]),
])
console.log(`${frameTable}\n\n${modelTable}`)
writeFileSync(new URL('shortcuts.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
