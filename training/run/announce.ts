/** Finds out what a training will do and how long that takes, before it starts. */
import { type Dataset, patientsOf, type Sample } from '../dataset/dataset.ts'
import { assertEveryClass, hashedSplit, type Split } from '../dataset/split.ts'
import { PERTURBATIONS } from '../evaluation/perturbations.ts'
import { STRANGERS } from '../evaluation/strangers.ts'
import type { TrainingSettings } from '../networks/definition.ts'
import { epochsIn } from '../train/checkpoint.ts'
import {
  type Count,
  describeFolds,
  describeTraining,
  type NetworkSize,
  type Work,
} from '../train/estimate.ts'
import { measurePace } from '../train/pace.ts'
import { checkpointIn } from './checkpoints.ts'
import type { TrainingConfig } from './config.ts'
import { foldFile, foldFolder } from './cross-validate.ts'
import { exists } from './folder.ts'

/** @returns how many images of how many patients */
export const countOf = (samples: Sample[]): Count => ({
  images: samples.length,
  patients: patientsOf(samples),
})

/** @property where the split is, for errors, such as " of fold 2" */
type WorkOptions = { labels: string[]; settings: TrainingSettings; where?: string }

/**
 * Finds out what is left to do in a run folder, a checkpoint in it counted.
 *
 * @returns images and epochs of the training
 * @throws UsageError if a part lacks a class
 */
export async function workIn(
  run: string,
  split: Split,
  { labels, settings, where = '' }: WorkOptions,
): Promise<Work> {
  assertEveryClass(split, labels, where)
  const { train, validation, test = [] } = split
  const checkpoint = await checkpointIn(run).load()
  return {
    train: countOf(train),
    validation: countOf(validation),
    evaluated: (Object.keys(PERTURBATIONS).length + STRANGERS) * validation.length + test.length,
    settings,
    done: checkpoint ? epochsIn(checkpoint) : 0,
  }
}

/**
 * Describes a training, measured on this machine in a few seconds.
 *
 * @returns two sentences
 * @throws UsageError as the training itself would
 */
export async function announceTraining(
  run: string,
  config: TrainingConfig,
  dataset: Dataset,
): Promise<string> {
  const split = hashedSplit(dataset)
  const work = await workIn(run, split, config)
  const { pace, parameters } = await measurePace(config, { dataset, samples: split.train })
  return describeTraining(networkOf(config, parameters), work, pace)
}

/**
 * Describes a cross-validation, measured on this machine in a few seconds.
 *
 * @param options the data set and its splits by name
 * @returns two sentences, or one if every fold is done
 * @throws UsageError as the trainings themselves would
 */
export async function announceFolds(
  run: string,
  config: TrainingConfig,
  { dataset, folds }: { dataset: Dataset; folds: Record<string, Split> },
): Promise<string> {
  const { labels, settings } = config
  const left: Work[] = []
  for (const [name, split] of Object.entries(folds)) {
    const where = ` of fold ${name}`
    const work = await workIn(foldFolder(run, name), split, { labels, settings, where })
    if (!(await exists(foldFile(run, name)))) left.push(work)
  }
  if (left.length === 0) return 'Every fold is done.'
  const [{ train: samples }] = Object.values(folds)
  const { pace, parameters } = await measurePace(config, { dataset, samples })
  return describeFolds(networkOf(config, parameters), { all: Object.keys(folds).length, left }, pace)
}

const networkOf = ({ definition: { name }, size }: TrainingConfig, parameters: number): NetworkSize => ({
  name,
  parameters,
  size,
})
