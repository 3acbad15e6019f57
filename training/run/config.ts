/** What a run is asked to do, and on which samples. */
import { createHash } from 'node:crypto'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { type Dataset, partOf, type Sample } from '../dataset/dataset.ts'
import type { Hyperparameters, ModelDefinition, TrainingSettings } from '../models/definition.ts'

/** What is fitted on, what is looked at (no patient is in both), and what is evaluated once at the end. */
export type Split = { train: Sample[]; validation: Sample[]; test?: Sample[] }

/** Of which images a split fits and validates: what was trained on one split must not go on on another. */
export function splitDigest({ train, validation }: Split): string {
  const files = [train, validation].map((part) => part.map(({ file }) => file).sort())
  return createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
}

/** By a hash of the patient; see `partOf`. */
export const hashedSplit = (dataset: Dataset): Split => ({
  train: partOf(dataset, 'train'),
  validation: partOf(dataset, 'validation'),
  test: partOf(dataset, 'test'),
})

export type RunConfig = {
  definition: ModelDefinition
  hyperparameters: Hyperparameters
  settings: TrainingSettings
  size: Size
  task: Task
  seed: number
  float16: boolean
  /** How to train it again, for the manifest. */
  command: string
  /** Of the model; named by recipe, time and seed if left out. */
  id?: string
}

/**
 * What a checkpoint or a fold must be of to be gone on from. Of the settings too: one of before an upgrade must not go on
 * under another recipe.
 */
export const identityOf = (config: RunConfig, dataset: Dataset, split: Split): string =>
  `${config.command} on ${dataset.fingerprint}, split ${splitDigest(split)}, with ${JSON.stringify([config.hyperparameters, config.settings])}`
