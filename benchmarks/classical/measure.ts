/** `node measure.ts FOLDER`: fit and predict of our classical algorithms on matrices, and a grid. Prints JSON. */
import { readFileSync } from 'node:fs'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { classify, type Parameters } from '@zoidberg/training/classical/algorithm.ts'
import { fitClassifier, scoresOf } from '@zoidberg/training/classical/classifier.ts'
import { algorithmNamed } from '@zoidberg/training/classical/index.ts'
import { gridSearch } from '@zoidberg/training/classical/model-selection.ts'
import { GRIDS, STUDENT_PARAMETERS } from '@zoidberg/training/classical/parameters.ts'
import { kFold } from '@zoidberg/training/dataset/splitters.ts'
import type { Figures, Fit } from './table.ts'

const [folder] = process.argv.slice(2)
await loadEngine('native')
const load = (part: string) => {
  const y = new Uint8Array(readFileSync(`${folder}/${part}.y`))
  const values = Float32Array.from(readFileSync(`${folder}/${part}.x`))
  return { x: { rows: y.length, columns: values.length / y.length, values }, y }
}
const [train, validation] = [load('train'), load('validation')]
const seconds = (since: number) => (performance.now() - since) / 1000

/** @param label the name in the table: an algorithm may be measured with several parameters */
function measure(name: string, label: string, parameters: Parameters): Fit {
  let started = performance.now()
  const classifier = fitClassifier(name, train, parameters)
  const fitSeconds = seconds(started)
  started = performance.now()
  const called = classify(algorithmNamed(name), scoresOf(classifier, validation.x))
  const predictSeconds = seconds(started)
  const accuracy = called.filter((value, i) => value === validation.y[i]).length / called.length
  return { name: label, fitSeconds, predictSeconds, accuracy }
}
const algorithms = [
  ...Object.entries(STUDENT_PARAMETERS).map(([name, parameters]) => measure(name, name, parameters)),
  measure('svc', 'svc rbf', {}),
]
// An eighth of the student report's grid: what matters is the ratio.
const grid = { ...GRIDS.xgboost, n_estimators: [50], subsample: [0.75], colsample_bytree: [0.5] }
const samples = { ...train, patients: [], groups: [] }
const folds = kFold(train.y.length, 3, 1)
const times: number[] = []
for (const threads of [1, 2]) {
  const started = performance.now()
  await gridSearch(samples, { algorithm: 'xgboost', grid }, { folds, threads })
  times.push(seconds(started))
}
const figures: Figures = {
  algorithms,
  grid: { fits: 12, oneThread: times[0], twoThreads: times[1], ratio: times[0] / times[1] },
}
console.log(JSON.stringify(figures))
