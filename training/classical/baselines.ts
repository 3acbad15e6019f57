/** One comparison of classical algorithms, from a data set to a folder with a page, a table and the fitted models. */
import { join } from 'node:path'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { toJson } from '@zoidberg/core/files.ts'
import { type Dataset, outsideTest, partOf, patientsOf, type Sample, truthOf } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { binaryFigures, type Figures } from '../evaluation/figures.ts'
import { groupedStratifiedKFold } from '../evaluation/splitters.ts'
import { classificationReport } from '../metrics/multiclass.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row } from '../plots/page.ts'
import { confusionPlot, rankingCurves } from '../plots/plots.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { RunPredictions } from '../run/report.ts'
import { progressBar, say, table } from '../terminal.ts'
import type { Algorithm, Parameters } from './algorithm.ts'
import { fitClassifier, scoresOf } from './classifier.ts'
import {
  type CrossValidation,
  crossValidate,
  type GridResult,
  gridSearch,
  type Samples,
  type Splitter,
} from './model-selection.ts'
import { saveClassifier } from './saved.ts'
import { GRIDS, REPORT_SETTINGS } from './settings.ts'

const GRID_FOLDS = 5
/** A score on the threshold is called normal, as in scikit-learn; the metrics call it positive from the threshold on. */
const JUST_ABOVE = 1e-12

type Options = {
  folds?: number
  splitter: Splitter
  grid: boolean
  seed: number
  /** Before each algorithm. What it throws ends the comparison. */
  onAlgorithm?(name: string, done: number, total: number): void | Promise<void>
}

type Row = {
  name: string
  params: Parameters
  test: Figures | null
  validation: Figures
  cv: CrossValidation | null
  grid: GridResult | null
  fitSeconds: number
  predictSeconds: number
  bytes: number
}

export async function runBaselines(
  run: string,
  dataset: Dataset,
  algorithms: readonly Algorithm[],
  options: Options,
) {
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) =>
    samplesOf(dataset, partOf(dataset, part)),
  )
  assertBothClasses(train, 'training')
  assertBothClasses(validation, 'validation')
  const rows: Row[] = []
  const predictions: (RunPredictions & { name: string })[] = []
  for (const algorithm of algorithms) {
    const { name } = algorithm
    await options.onAlgorithm?.(name, rows.length, algorithms.length)
    const seeded = withSeed(algorithm, REPORT_SETTINGS[name], options.seed)
    const grid = options.grid ? await searchGrid(algorithm, train, options.seed) : null
    const parameters = { ...seeded, ...grid?.best }
    if (grid && options.folds)
      say(`${name}: the folds are not nested: their images helped choose the settings, so they flatter.`)
    const cv = options.folds ? await validate(name, parameters, dataset, options) : null

    say(`${name}: fitting ${train.y.length} samples …`)
    const [classifier, fitSeconds] = timed(() => fitClassifier(name, train.x, train.y, parameters))
    const [scores, predictSeconds] = timed(() => scoresOf(classifier, validation.x))
    const threshold = algorithm.threshold + JUST_ABOVE
    const figuresOf = (samples: Samples, s: Float64Array) =>
      binaryFigures([...samples.y], [...s], threshold, samples.patients)
    rows.push({
      name,
      params: classifier.parameters,
      test: test.y.length > 0 ? figuresOf(test, scoresOf(classifier, test.x)) : null,
      validation: figuresOf(validation, scores),
      cv,
      grid,
      fitSeconds,
      predictSeconds,
      bytes: await saveClassifier(join(run, name), classifier),
    })
    const seen = {
      patients: validation.patients,
      truth: [...validation.y],
      score: [...scores],
      threshold,
      synthetic: dataset.synthetic,
    }
    predictions.push({ name, ...seen })
    await replaceFile(join(run, name, REPORT, 'predictions.json'), toJson(seen))
  }
  const json = { schema: 1, data: describeData(dataset, validation), algorithms: rows }
  const text = describe(rows)
  const ranking = await rankingCurves(predictions)
  const matrices = await Promise.all(
    rows.map(({ name, validation }) => confusionPlot(validation.confusion, TASKS.binary, name)),
  )
  const save = (name: string, content: string) => replaceFile(join(run, REPORT, name), content)
  await save('ranking-curves.svg', ranking)
  for (const [i, svg] of matrices.entries()) await save(`confusion-${rows[i].name}.svg`, svg)
  const reports = rows.map(
    ({ name, validation }) => `${name}\n${classificationReport(validation.confusion, TASKS.binary)}`,
  )
  const grids = rows.flatMap(({ name, grid }) =>
    grid ? [`<h2>Grid of ${name}</h2><pre>${escapeXml(describeGrid(grid))}</pre>`] : [],
  )
  const sections = [
    `<pre>${escapeXml(text)}</pre>`,
    `<figure>${ranking}</figure>`,
    row(matrices),
    ...grids,
    `<pre>${escapeXml(reports.join('\n'))}</pre>`,
  ]
  await save('report.html', page('Classical algorithms', dataset.synthetic, sections))
  await replaceFile(join(run, 'baseline.json'), toJson(json))
  return { json, text }
}

function samplesOf(dataset: Dataset, samples: Sample[]): Samples {
  const columns = dataset.size.height * dataset.size.width
  const values = new Float32Array(samples.length * columns)
  samples.forEach((sample, i) => {
    values.set(dataset.pixels(sample), i * columns)
  })
  return {
    x: { rows: samples.length, columns, values },
    y: Uint8Array.from(truthOf(samples)),
    patients: samples.map(({ patient }) => patient),
    groups: samples.map(({ group }) => group),
  }
}

function assertBothClasses({ y }: Samples, part: string): void {
  for (const [k, label] of TASKS.binary.entries())
    if (!y.includes(k))
      throw new UsageError(`the ${part} part has no image of ${label}; add images of more patients.`)
}

/** Algorithms that draw have one of the two libraries' names for a seed. */
function withSeed({ parameters }: Algorithm, settings: Parameters, seed: number): Parameters {
  const name = ['random_state', 'random_seed'].find((key) => key in parameters.shape)
  return name ? { ...settings, [name]: seed } : settings
}

async function searchGrid({ name }: Algorithm, train: Samples, seed: number): Promise<GridResult> {
  const folds = groupedStratifiedKFold([...train.y], train.groups, GRID_FOLDS, seed)
  const bar = progressBar(`${name}: grid`)
  const result = await gridSearch(train, name, GRIDS[name], folds, bar.update).finally(bar.stop)
  say(`${name}: best of ${result.candidates.length} settings: ${JSON.stringify(result.best)}`)
  return result
}

/** On everything outside `test/`, as `train --folds` does. */
async function validate(
  name: string,
  parameters: Parameters,
  dataset: Dataset,
  { folds = 5, splitter, seed }: Options,
) {
  const samples = samplesOf(dataset, outsideTest(dataset))
  const bar = progressBar(`${name}: folds`)
  return crossValidate(samples, name, parameters, splitter, folds, seed, bar.update).finally(bar.stop)
}

function timed<T>(action: () => T): [T, seconds: number] {
  const started = performance.now()
  const result = action()
  return [result, (performance.now() - started) / 1000]
}

const describeData = (dataset: Dataset, { y }: Samples) => ({
  images: dataset.samples.length,
  patients: patientsOf(dataset.samples),
  validation: y.length,
  skipped: dataset.skipped,
  unreadable: dataset.unreadable,
  fingerprint: dataset.fingerprint,
})

/** Every setting of a grid, the best first. */
function describeGrid({ candidates }: GridResult): string {
  const names = Object.keys(candidates[0].parameters)
  const best = candidates.toSorted((a, b) => b.mean - a.mean)
  return table([
    [...names, 'mean accuracy', 'deviation'],
    ...best.map(({ parameters, mean, std }) => [
      ...names.map((name) => String(parameters[name])),
      mean.toFixed(4),
      std.toFixed(4),
    ]),
  ])
}

function describe(rows: Row[]): string {
  const rate = (value: number) => value.toFixed(4)
  const interval = ([low, high]: [number, number]) => `${rate(low)} to ${rate(high)}`
  const hasCv = rows.some(({ cv }) => cv)
  const hasTest = rows.some(({ test }) => test)
  return table([
    [
      'algorithm',
      'accuracy',
      '95 % interval',
      'sensitivity',
      'specificity',
      'F1 weighted',
      'ROC AUC',
      ...(hasTest ? ['test accuracy'] : []),
      ...(hasCv ? ['folds: mean (deviation)'] : []),
      'fit s',
      'predict s',
      'KiB',
    ],
    ...rows.map((row) => [
      row.name,
      rate(row.validation.accuracy),
      interval(row.validation.intervals.accuracy),
      rate(row.validation.sensitivity),
      rate(row.validation.specificity),
      rate(row.validation.weighted.f1),
      rate(row.validation.rocAuc),
      ...(hasTest ? [row.test ? rate(row.test.accuracy) : ''] : []),
      ...(hasCv ? [row.cv ? `${rate(row.cv.mean)} (${rate(row.cv.std)})` : ''] : []),
      row.fitSeconds.toFixed(2),
      row.predictSeconds.toFixed(2),
      Math.ceil(row.bytes / 1024),
    ]),
  ])
}
