/** k-fold cross-validation of a network: patient-grouped and stratified, one run folder per fold. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import { classIndex, type Dataset } from '../dataset/dataset.ts'
import { InterruptedError, UsageError } from '../errors.ts'
import { groupedStratifiedKFold } from '../evaluation/splitters.ts'
import type { LoopOptions } from '../train/loop.ts'
import { createRun, exists, replaceFile } from './folder.ts'
import { type RunConfig, trainRun } from './train-run.ts'

export const FIGURES = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'rocAuc'] as const
type Row = { fold: number; images: number } & Record<(typeof FIGURES)[number], number>
export type CrossValidation = { folds: Row[]; mean: Record<string, number>; std: Record<string, number> }

/** Trains once per fold on everything outside `test/`; folds that are done already are not trained again. */
export async function crossValidate(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  folds: number,
  events: Pick<LoopOptions, 'onStep' | 'onEpoch' | 'isInterrupted'>,
): Promise<CrossValidation> {
  const samples = dataset.samples.filter(({ part }) => part !== 'test')
  const labels = samples.map((sample) => classIndex(sample, config.task))
  const split = groupedStratifiedKFold(
    labels,
    samples.map(({ patient }) => patient),
    folds,
    config.seed,
  )
  const rows: Row[] = []
  const identity = `${config.command} --folds ${folds} on ${dataset.fingerprint}`
  for (const [k, fold] of split.entries()) {
    const folder = join(run, `fold-${k + 1}`)
    const done = join(folder, 'fold.json')
    if (!(await exists(done))) {
      await createRun(folder)
      const parts = {
        train: fold.train.map((i) => samples[i]),
        validation: fold.validation.map((i) => samples[i]),
      }
      const result = await trainRun(folder, dataset, config, events, parts).catch((error) => {
        if (error instanceof InterruptedError) return undefined
        throw error
      })
      if (!result || result.interrupted) break
      const { validation } = result
      const figures = Object.fromEntries(FIGURES.map((key) => [key, validation[key]]))
      await replaceFile(done, toJson({ identity, fold: k + 1, images: fold.validation.length, ...figures }))
    }
    const { identity: saved, ...row } = JSON.parse(await readFile(done, 'utf8'))
    if (saved !== identity)
      throw new UsageError(`${folder} belongs to another cross-validation; choose another folder.`)
    rows.push(row)
  }
  const mean = Object.fromEntries(FIGURES.map((key) => [key, average(rows.map((row) => row[key]))]))
  const std = Object.fromEntries(FIGURES.map((key) => [key, deviation(rows.map((row) => row[key]))]))
  const result = { folds: rows, mean, std }
  await replaceFile(join(run, 'cross-validation.json'), toJson(result))
  return result
}

const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** Of a sample: divided by n - 1. */
function deviation(values: number[]): number {
  const mean = average(values)
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1),
  )
}
