/** Cross-validation of a network, one run folder per fold. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { assertEveryClass, type Split } from '../dataset/split.ts'
import { InterruptedError, UsageError } from '../errors.ts'
import { summarizeFolds } from '../statistics/cross-validation.ts'
import type { LoopEvents } from '../train/loop.ts'
import { identityOf, type TrainingConfig } from './config.ts'
import { createRun, exists, replaceFile } from './folder.ts'
import { trainRun } from './train-run.ts'

export const FOLD_FIGURES = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'rocAuc'] as const
type FoldFigures = Record<(typeof FOLD_FIGURES)[number], number>
type FoldRow = { fold: string; images: number } & FoldFigures
export type CrossValidation = { folds: FoldRow[]; mean: FoldFigures; std: FoldFigures }

/** @returns the run folder of one fold */
export const foldFolder = (run: string, name: string): string => join(run, `fold-${name}`)

/** @returns the file that a fold has once it is trained and evaluated */
export const foldFile = (run: string, name: string): string => join(foldFolder(run, name), 'fold.json')

type CrossValidationOptions = LoopEvents & {
  dataset: Dataset
  /** Splits by name. */
  folds: Record<string, Split>
  /** Before a fold is trained. */
  onFold?(name: string): void
}

/**
 * Trains once per fold; folds that are done already are not trained again.
 *
 * @param run an existing folder
 * @returns the figures of each fold on its validation part, their means and standard deviations; fewer folds if
 *   interrupted
 * @throws UsageError if a fold lacks a class, or the folder is of another cross-validation
 */
export async function crossValidate(
  run: string,
  config: TrainingConfig,
  { dataset, folds, onFold, ...events }: CrossValidationOptions,
): Promise<CrossValidation> {
  for (const [name, split] of Object.entries(folds))
    assertEveryClass(split, config.labels, ` of fold ${name}`)
  const rows: FoldRow[] = []
  for (const [name, split] of Object.entries(folds)) {
    const identity = identityOf(config, dataset, split)
    const folder = foldFolder(run, name)
    const done = foldFile(run, name)
    if (!(await exists(done))) {
      await createRun(folder)
      onFold?.(name)
      const result = await trainRun(folder, config, { dataset, split, ...events }).catch((error) => {
        if (error instanceof InterruptedError) return undefined
        throw error
      })
      if (!result || result.interrupted) break
      const { validation } = result
      const figures = Object.fromEntries(FOLD_FIGURES.map((key) => [key, validation[key]]))
      await replaceFile(done, toJson({ identity, fold: name, images: split.validation.length, ...figures }))
    }
    const { identity: saved, ...row } = JSON.parse(await readFile(done, 'utf8'))
    if (saved !== identity)
      throw new UsageError(`${folder} belongs to another cross-validation; choose another folder.`)
    rows.push(row)
  }
  const each = (statistic: 'mean' | 'std') =>
    Object.fromEntries(
      FOLD_FIGURES.map((key) => [key, summarizeFolds(rows.map((row) => row[key]))[statistic]]),
    ) as FoldFigures
  const result = { folds: rows, mean: each('mean'), std: each('std') }
  await replaceFile(join(run, 'cross-validation.json'), toJson(result))
  return result
}
