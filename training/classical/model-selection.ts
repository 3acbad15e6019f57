/** Cross-validation and grid search, scored by accuracy as scikit-learn's classifiers are. */
import {
  type Fold,
  groupedStratifiedKFold,
  holdOut,
  kFold,
  leaveOneOut,
  stratifiedKFold,
} from '../dataset/splitters.ts'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { summarizeFolds } from '../statistics/cross-validation.ts'
import { classify, type Parameters } from './algorithm.ts'
import { algorithmNamed } from './index.ts'
import { type FitResult, fitAll } from './parallel-fit.ts'
import type { Samples } from './samples.ts'

const HOLD_OUT_SHARE = 0.2

/** `grouped` keeps patients together and is the one to trust; the others are what the student report showed. */
export const SPLITTERS = {
  grouped: ({ y, groups }: Samples, folds: number, seed: number) =>
    groupedStratifiedKFold([...y], groups, { folds, seed }),
  stratified: ({ y }: Samples, folds: number, seed: number) => stratifiedKFold([...y], folds, seed),
  'k-fold': ({ y }: Samples, folds: number, seed: number) => kFold(y.length, folds, seed),
  'leave-one-out': ({ y }: Samples) => leaveOneOut(y.length),
  'hold-out': ({ y }: Samples, _: number, seed: number) => [holdOut(y.length, HOLD_OUT_SHARE, seed)],
} satisfies Record<string, (samples: Samples, folds: number, seed: number) => Fold[]>

export type Splitter = keyof typeof SPLITTERS

/** Accuracy on each fold, in [0, 1], with mean and standard deviation. */
type Accuracies = { folds: number[]; mean: number; std: number }
export type CrossValidation = Accuracies & { splitter: Splitter }

type CrossValidationOptions = { splitter: Splitter; folds: number; seed: number; onProgress?: Progress }

/**
 * Cross-validates an algorithm.
 *
 * @param fitted the algorithm's name and its parameters
 * @param options how samples are divided, and what counts fits
 * @returns the accuracy on each fold
 * @throws UsageError for unknown parameters, and for folds that cannot be made
 */
export async function crossValidate(
  samples: Samples,
  { algorithm, parameters }: { algorithm: string; parameters: Parameters },
  { splitter, folds, seed, onProgress }: CrossValidationOptions,
): Promise<CrossValidation> {
  const split = SPLITTERS[splitter](samples, folds, seed)
  const tasks = split.map((fold) => ({ algorithm, parameters, fold }))
  const results = await fitAll(samples, tasks, { onProgress })
  return {
    splitter,
    ...summaryOf(results.map((result, k) => accuracyOf(algorithm, result, actualIn(samples, split[k])))),
  }
}

export type GridResult = {
  fits: number
  best: Parameters
  candidates: (Accuracies & { parameters: Parameters })[]
}

/** Values to try for each parameter. */
export type Grid = Record<string, Parameters[string][]>

/**
 * Tries every combination of a grid on the same folds.
 *
 * @param searched the algorithm's name and its grid
 * @param options the folds, what counts fits, and how many threads fit, as many as there are cores if left out
 * @returns every combination; the first of the best is `best`, as in scikit-learn's GridSearchCV
 * @throws UsageError for a parameter without values
 */
export async function gridSearch(
  samples: Samples,
  { algorithm, grid }: { algorithm: string; grid: Grid },
  { folds, onProgress, threads }: { folds: Fold[]; onProgress?: Progress; threads?: number },
): Promise<GridResult> {
  const combinations = product(grid)
  const tasks = combinations.flatMap((parameters) => folds.map((fold) => ({ algorithm, parameters, fold })))
  const results = await fitAll(samples, tasks, { onProgress, threads })
  const candidates = combinations.map((parameters, c) => {
    const scored = folds.map((fold, k) =>
      accuracyOf(algorithm, results[c * folds.length + k], actualIn(samples, fold)),
    )
    return { parameters, ...summaryOf(scored) }
  })
  const best = candidates.reduce((a, b) => (b.mean > a.mean ? b : a))
  return { fits: tasks.length, best: best.parameters, candidates }
}

/**
 * Combines the values of a grid.
 *
 * @returns all combinations, the last name changing fastest
 * @throws UsageError for a name without values
 */
export function product(grid: Grid): Parameters[] {
  return Object.entries(grid).reduce<Parameters[]>(
    (all, [name, values]) => {
      if (values.length === 0) throw new UsageError(`the grid has no values for ${name}.`)
      return all.flatMap((parameters) => values.map((value) => ({ ...parameters, [name]: value })))
    },
    [{}],
  )
}

const actualIn = ({ y }: Samples, { validation }: Fold): number[] => validation.map((i) => y[i])

function accuracyOf(algorithm: string, { scores }: FitResult, actual: number[]): number {
  const called = classify(algorithmNamed(algorithm), scores)
  return actual.filter((label, v) => called[v] === label).length / actual.length
}

const summaryOf = (folds: number[]): Accuracies => ({ folds, ...summarizeFolds(folds) })
