/** One comparison of classical algorithms, from a data set to a folder with a page, a table and the fitted models. */
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import { type Dataset, outsideTest, partOf, patientsOf } from '../dataset/dataset.ts'
import { groupedStratifiedKFold } from '../dataset/splitters.ts'
import { binaryFigures } from '../evaluation/figures.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { ValidationPredictions } from '../run/predictions.ts'
import type { Algorithm, Parameters } from './algorithm.ts'
import type { BaselineRow } from './baseline-row.ts'
import { fitClassifier, scoresOf } from './classifier.ts'
import { describeBaselines } from './describe.ts'
import { describeClassifier } from './model.ts'
import {
  type CrossValidation,
  crossValidate,
  type GridResult,
  gridSearch,
  type Splitter,
} from './model-selection.ts'
import { GRIDS, STUDENT_PARAMETERS } from './parameters.ts'
import { writeBaselineReport } from './report.ts'
import { assertBothClasses, type Samples, samplesOf } from './samples.ts'
import { saveClassifier } from './serialization.ts'

const GRID_FOLDS = 5
const DEFAULT_FOLDS = 5
/** A score on the threshold is called normal, as in scikit-learn; the metrics call it positive from the threshold on. */
const JUST_ABOVE = 1e-12

/** Many fits of one algorithm: of a grid, or of the folds of a cross-validation. */
export type FitSeries = { name: string; series: 'grid' | 'folds' }

/** What a comparison tells while it goes on. */
export type BaselineEvents = {
  /** Before each algorithm, with how many are done. What it throws ends the comparison. */
  onAlgorithm?(name: string, done: number, total: number): void | Promise<void>
  /** Before the first fit of a series, and after each. */
  onFits?(series: FitSeries, done: number, total: number): void
  /** Once a grid is searched. */
  onGrid?(name: string, grid: GridResult): void
  /** Before the fit that is kept. */
  onFit?(name: string, samples: number): void
}

export type BaselineOptions = BaselineEvents & {
  algorithms: readonly Algorithm[]
  /** How many folds to cross-validate in as well; none if left out. */
  folds?: number
  splitter: Splitter
  /** Parameters in the place of an algorithm's own. */
  overrides?: Parameters
  /** Whether the grid of each algorithm is searched first. */
  grid: boolean
  seed: number
}

/**
 * Fits and evaluates algorithms on the same images.
 *
 * @param run an existing folder
 * @param dataset loaded at `BASELINE_SIZE`
 * @returns what `baseline --json` prints, and the same as a table
 * @throws UsageError if a part lacks a class, or folds cannot be made
 */
export async function runBaselines(run: string, dataset: Dataset, options: BaselineOptions) {
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) =>
    samplesOf({ dataset, samples: partOf(dataset, part) }),
  )
  assertBothClasses(train, 'training')
  assertBothClasses(validation, 'validation')
  const { algorithms, onAlgorithm, onFit, onGrid } = options
  const rows: BaselineRow[] = []
  const predictions: (ValidationPredictions & { name: string })[] = []
  for (const algorithm of algorithms) {
    const { name } = algorithm
    await onAlgorithm?.(name, rows.length, algorithms.length)
    const grid = options.grid ? await searchGrid(name, train, options) : null
    if (grid) onGrid?.(name, grid)
    const parameters = {
      ...withSeed(algorithm, STUDENT_PARAMETERS[name], options.seed),
      ...grid?.best,
      ...options.overrides,
    }
    const cv = options.folds ? await validateFolds(name, parameters, { dataset, ...options }) : null

    onFit?.(name, train.y.length)
    const [classifier, fitSeconds] = timed(() => fitClassifier(name, train, parameters))
    const [scores, predictSeconds] = timed(() => scoresOf(classifier, validation.x))
    const threshold = algorithm.threshold + JUST_ABOVE
    const figuresOf = ({ y, patients }: Samples, s: Float64Array) =>
      binaryFigures({ truth: [...y], score: [...s], patients }, threshold)
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
    const predicted: ValidationPredictions = {
      patients: validation.patients,
      truth: [...validation.y],
      score: [...scores],
      threshold,
      synthetic: dataset.synthetic,
    }
    await describeClassifier(join(run, name), classifier, { dataset, seed: options.seed })
    predictions.push({ name, ...predicted })
    await replaceFile(join(run, name, REPORT, 'predictions.json'), toJson(predicted))
  }
  const json = { schema: 1, data: describeData(dataset, validation), algorithms: rows }
  const text = describeBaselines(rows)
  await writeBaselineReport(run, { rows, predictions, text, synthetic: dataset.synthetic })
  await replaceFile(join(run, 'baseline.json'), toJson(json))
  return { json, text }
}

/** Algorithms that draw have one of the two libraries' names for a seed. */
function withSeed({ parameters }: Algorithm, defaults: Parameters, seed: number): Parameters {
  const name = ['random_state', 'random_seed'].find((key) => key in parameters.shape)
  return name ? { ...defaults, [name]: seed } : defaults
}

function searchGrid(
  name: string,
  train: Samples,
  { seed, onFits }: Pick<BaselineOptions, 'seed' | 'onFits'>,
): Promise<GridResult> {
  const folds = groupedStratifiedKFold([...train.y], train.groups, { folds: GRID_FOLDS, seed })
  const onProgress = (done: number, total: number) => onFits?.({ name, series: 'grid' }, done, total)
  return gridSearch(train, { algorithm: name, grid: GRIDS[name] }, { folds, onProgress })
}

/** On everything outside `test/`, as `train --folds` does. */
function validateFolds(
  name: string,
  parameters: Parameters,
  options: Pick<BaselineOptions, 'folds' | 'splitter' | 'seed' | 'onFits'> & { dataset: Dataset },
): Promise<CrossValidation> {
  const { dataset, folds = DEFAULT_FOLDS, splitter, seed, onFits } = options
  const samples = samplesOf({ dataset, samples: outsideTest(dataset) })
  const onProgress = (done: number, total: number) => onFits?.({ name, series: 'folds' }, done, total)
  return crossValidate(samples, { algorithm: name, parameters }, { splitter, folds, seed, onProgress })
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
