/** Cross-validation of a network, one run folder per fold: by patients, by the sources of the normal images, or by numbers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { toJson } from '@zoidberg/core/files.ts'
import { classIndex, type Dataset, outsideTest, partOf, type Sample } from '../dataset/dataset.ts'
import { numberOf, sourceOf } from '../dataset/patient.ts'
import { InterruptedError, UsageError } from '../errors.ts'
import { groupedStratifiedKFold } from '../evaluation/splitters.ts'
import type { LoopOptions } from '../train/loop.ts'
import { identityOf, type RunConfig, type Split } from './config.ts'
import { createRun, exists, replaceFile } from './folder.ts'
import { assertEveryClass, trainRun } from './train-run.ts'

export const FIGURES = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'rocAuc'] as const
type Figures = Record<(typeof FIGURES)[number], number>
type Row = { fold: string; images: number } & Figures
export type CrossValidation = { folds: Row[]; mean: Figures; std: Figures }

/** Parts of everything outside `test/`, patients kept together and classes balanced. */
export function patientFolds(
  dataset: Dataset,
  task: Task,
  folds: number,
  seed: number,
): Record<string, Split> {
  const samples = outsideTest(dataset)
  const split = groupedStratifiedKFold(
    samples.map((sample) => classIndex(sample, task)),
    samples.map(({ group }) => group),
    folds,
    seed,
  )
  return Object.fromEntries(
    split.map(({ train, validation }, k) => [
      k + 1,
      { train: train.map((i) => samples[i]), validation: validation.map((i) => samples[i]) },
    ]),
  )
}

/**
 * Leave-one-source-out: for each series of normal images, fitted without it and validated with it as the only normals.
 * Who tells normal images by their series instead of by their lungs fails here. Files that name no patient are of no series.
 *
 * @throws UsageError if all normal images are of one series
 */
export function sourceFolds(dataset: Dataset): Record<string, Split> {
  const isNormal = ({ label }: Sample) => label === 'NORMAL'
  const pooled = outsideTest(dataset)
  const named = pooled.filter(({ patient }) => numberOf(patient) !== undefined)
  const sources = new Set(named.filter(isNormal).map(({ patient }) => sourceOf(patient)))
  if (sources.size < 2)
    throw new UsageError('the normal images are of one series: there is none to leave out.')
  return Object.fromEntries(
    [...sources].map((source) => {
      const isOf = (sample: Sample) => isNormal(sample) && sourceOf(sample.patient) === source
      const train = partOf(dataset, 'train').filter((sample) => !isOf(sample))
      const validation = partOf(dataset, 'validation').filter((sample) => !isNormal(sample) || isOf(sample))
      return [source, { train, validation }]
    }),
  )
}

const BLOCKS = 5

/**
 * Blocked cross-validation (Roberts et al. 2017): the patients of each series in the order of their numbers, cut into five
 * runs of nearly as many images. The official test was cut off this folder that way: its normals have the numbers below this
 * folder's lowest. Who depends on what changed while the data set was collected fails here. Images whose file tells no
 * number are trained on in every fold.
 *
 * @throws UsageError if that is most of them
 */
export function numberFolds(dataset: Dataset): Record<string, Split> {
  const pooled = outsideTest(dataset)
  const known = pooled.filter(({ group }) => numberOf(group) !== undefined)
  if (known.length < pooled.length / 2)
    throw new UsageError('the names of most files tell no number of the patient: there is no order to cut.')
  const blockOf = new Map<string, number>()
  for (const series of Object.values(Object.groupBy(known, ({ group }) => sourceOf(group))) as Sample[][]) {
    const ordered = series.toSorted((a, b) => Number(numberOf(a.group)) - Number(numberOf(b.group)))
    ordered.forEach(({ group }, i) => {
      if (!blockOf.has(group)) blockOf.set(group, Math.floor((i * BLOCKS) / ordered.length))
    })
  }
  return Object.fromEntries(
    Array.from({ length: BLOCKS }, (_, k) => {
      const isIn = ({ group }: Sample) => blockOf.get(group) === k
      const train = pooled.filter((sample) => !isIn(sample))
      return [k + 1, { train, validation: pooled.filter(isIn) }]
    }),
  )
}

/** @returns the run folder of one fold */
export const foldFolder = (run: string, name: string): string => join(run, `fold-${name}`)

/** @returns the file that a fold has once it is trained and evaluated */
export const foldFile = (run: string, name: string): string => join(foldFolder(run, name), 'fold.json')

/** Trains once per fold; folds that are done already are not trained again. */
export async function crossValidate(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  folds: Record<string, Split>,
  events: Pick<LoopOptions, 'onStep' | 'onEpoch' | 'isInterrupted'> & { onFold?(name: string): void },
): Promise<CrossValidation> {
  for (const [name, split] of Object.entries(folds)) assertEveryClass(split, config.task, ` of fold ${name}`)
  const rows: Row[] = []
  for (const [name, split] of Object.entries(folds)) {
    const identity = identityOf(config, dataset, split)
    const folder = foldFolder(run, name)
    const done = foldFile(run, name)
    if (!(await exists(done))) {
      await createRun(folder)
      events.onFold?.(name)
      const result = await trainRun(folder, dataset, config, events, split).catch((error) => {
        if (error instanceof InterruptedError) return undefined
        throw error
      })
      if (!result || result.interrupted) break
      const { validation } = result
      const figures = Object.fromEntries(FIGURES.map((key) => [key, validation[key]]))
      await replaceFile(done, toJson({ identity, fold: name, images: split.validation.length, ...figures }))
    }
    const { identity: saved, ...row } = JSON.parse(await readFile(done, 'utf8'))
    if (saved !== identity)
      throw new UsageError(`${folder} belongs to another cross-validation; choose another folder.`)
    rows.push(row)
  }
  const each = (summary: (values: number[]) => number) =>
    Object.fromEntries(FIGURES.map((key) => [key, summary(rows.map((row) => row[key]))])) as Figures
  const result = { folds: rows, mean: each(average), std: each(deviation) }
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
