/** Cross-validation and grid search, scored by accuracy as scikit-learn's classifiers are. */
import { UsageError } from '../errors.ts'
import {
  type Fold,
  groupedStratifiedKFold,
  holdOut,
  kFold,
  leaveOneOut,
  stratifiedKFold,
} from '../evaluation/splitters.ts'
import { classify, type Parameters } from './algorithm.ts'
import { type FitResult, fitAll } from './fits.ts'
import { algorithmNamed } from './index.ts'
import type { Matrix } from './matrix.ts'

/** Features, labels (0 or 1), patients, and what a split must keep together: patients joined by identical images. */
export type Samples = { x: Matrix; y: Uint8Array; patients: string[]; groups: string[] }

type Progress = (done: number, total: number) => void

const HOLD_OUT_SHARE = 0.2

/** `grouped` keeps patients together and is the one to trust; the others are what the report showed. */
export const SPLITTERS = {
  grouped: ({ y, groups }: Samples, folds: number, seed: number) =>
    groupedStratifiedKFold([...y], groups, folds, seed),
  stratified: ({ y }: Samples, folds: number, seed: number) => stratifiedKFold([...y], folds, seed),
  'k-fold': ({ y }: Samples, folds: number, seed: number) => kFold(y.length, folds, seed),
  'leave-one-out': ({ y }: Samples) => leaveOneOut(y.length),
  'hold-out': ({ y }: Samples, _: number, seed: number) => [holdOut(y.length, HOLD_OUT_SHARE, seed)],
} satisfies Record<string, (samples: Samples, folds: number, seed: number) => Fold[]>

export type Splitter = keyof typeof SPLITTERS

export type CrossValidation = { splitter: Splitter; folds: number[]; mean: number; std: number }

/** Accuracy on each fold; the standard deviation is over folds, as numpy takes it. */
export async function crossValidate(
  samples: Samples,
  algorithm: string,
  parameters: Parameters,
  splitter: Splitter,
  folds: number,
  seed: number,
  onProgress?: Progress,
): Promise<CrossValidation> {
  const split = SPLITTERS[splitter](samples, folds, seed)
  const tasks = split.map((fold) => ({ algorithm, parameters, fold }))
  const results = await fitAll(samples.x, samples.y, tasks, onProgress)
  return {
    splitter,
    ...summary(results.map((result, k) => accuracy(algorithm, samples.y, split[k], result))),
  }
}

export type GridResult = {
  fits: number
  best: Parameters
  candidates: { parameters: Parameters; folds: number[]; mean: number; std: number }[]
}

/** Tries every combination on the same folds; the first of the best wins, as in scikit-learn's GridSearchCV. */
export async function gridSearch(
  samples: Samples,
  algorithm: string,
  grid: Record<string, Parameters[string][]>,
  folds: Fold[],
  onProgress?: Progress,
  threads?: number,
): Promise<GridResult> {
  const combinations = product(grid)
  const tasks = combinations.flatMap((parameters) => folds.map((fold) => ({ algorithm, parameters, fold })))
  const results = await fitAll(samples.x, samples.y, tasks, onProgress, threads)
  const candidates = combinations.map((parameters, c) => ({
    parameters,
    ...summary(folds.map((fold, k) => accuracy(algorithm, samples.y, fold, results[c * folds.length + k]))),
  }))
  const best = candidates.reduce((a, b) => (b.mean > a.mean ? b : a))
  return { fits: tasks.length, best: best.parameters, candidates }
}

/** All combinations, the last name changing fastest. @throws UsageError for a name without values */
export function product(grid: Record<string, Parameters[string][]>): Parameters[] {
  return Object.entries(grid).reduce<Parameters[]>(
    (all, [name, values]) => {
      if (values.length === 0) throw new UsageError(`the grid has no values for ${name}.`)
      return all.flatMap((parameters) => values.map((value) => ({ ...parameters, [name]: value })))
    },
    [{}],
  )
}

function accuracy(algorithm: string, y: Uint8Array, { validation }: Fold, { scores }: FitResult): number {
  const called = classify(algorithmNamed(algorithm), scores)
  return validation.filter((i, v) => called[v] === y[i]).length / validation.length
}

function summary(folds: number[]): { folds: number[]; mean: number; std: number } {
  const mean = folds.reduce((a, b) => a + b, 0) / folds.length
  const std = Math.sqrt(folds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / folds.length)
  return { folds, mean, std }
}
