/** Says what a training will do and how long that takes, before it starts. */
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { type Dataset, patientsOf, type Sample } from '../dataset/dataset.ts'
import { SHIFTS } from '../evaluation/shifts.ts'
import type { TrainingSettings } from '../models/definition.ts'
import { type Count, describeFolds, describeTraining, type Network, type Work } from '../train/estimate.ts'
import { epochsIn } from '../train/loop.ts'
import { measurePace } from '../train/pace.ts'
import { hashedSplit, type RunConfig, type Split } from './config.ts'
import { foldFile, foldFolder } from './cross-validate.ts'
import { checkpointIn, exists } from './folder.ts'
import { assertEveryClass } from './train-run.ts'

/** @returns how many images of how many patients */
export const countOf = (samples: Sample[]): Count => ({
  images: samples.length,
  patients: patientsOf(samples),
})

/**
 * What is left to do in a run folder, a checkpoint in it counted.
 *
 * @param where of the split, for what is thrown
 * @throws UsageError if a part lacks a class
 */
export async function workIn(
  run: string,
  split: Split,
  task: Task,
  settings: TrainingSettings,
  where = '',
): Promise<Work> {
  assertEveryClass(split, task, where)
  const { train, validation, test = [] } = split
  const checkpoint = await checkpointIn(run).load()
  return {
    train: countOf(train),
    validation: countOf(validation),
    judged: Object.keys(SHIFTS).length * validation.length + test.length,
    settings,
    done: checkpoint ? epochsIn(checkpoint) : 0,
  }
}

/** @returns the sentences, measured on this machine in a few seconds. @throws UsageError as the training itself would */
export async function announceTraining(run: string, dataset: Dataset, config: RunConfig): Promise<string> {
  const split = hashedSplit(dataset)
  const work = await workIn(run, split, config.task, config.settings)
  const { pace, parameters } = await measurePace(config, dataset, split.train)
  return describeTraining(networkOf(config, parameters), work, pace)
}

/** @returns the same of a cross-validation. @throws UsageError as the training itself would */
export async function announceFolds(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  folds: Record<string, Split>,
): Promise<string> {
  const left: Work[] = []
  for (const [name, split] of Object.entries(folds)) {
    const where = ` of fold ${name}`
    const work = await workIn(foldFolder(run, name), split, config.task, config.settings, where)
    if (!(await exists(foldFile(run, name)))) left.push(work)
  }
  if (left.length === 0) return 'Every fold is done.'
  const [{ train }] = Object.values(folds)
  const { pace, parameters } = await measurePace(config, dataset, train)
  return describeFolds(networkOf(config, parameters), { all: Object.keys(folds).length, left }, pace)
}

const networkOf = ({ definition: { name }, size }: RunConfig, parameters: number): Network => ({
  name,
  parameters,
  size,
})
