/** What a run is asked to do, and on which samples. */
import type { Size } from '@zoidberg/core/image.ts'
import type { Task } from '@zoidberg/core/labels.ts'
import { type Dataset, partOf, type Sample } from '../dataset/dataset.ts'
import type { Hyperparameters, ModelDefinition, TrainingSettings } from '../models/definition.ts'

/** What is fitted on and what is looked at; no patient in both. */
export type Split = { train: Sample[]; validation: Sample[] }

/** By a hash of the patient; see `partOf`. */
export const hashedSplit = (dataset: Dataset): Split => ({
  train: partOf(dataset, 'train'),
  validation: partOf(dataset, 'validation'),
})

export type RunConfig = {
  definition: ModelDefinition
  hyperparameters: Hyperparameters
  settings: TrainingSettings
  size: Size
  task: Task
  seed: number
  float16: boolean
  /** The command line, for the manifest. */
  command: string
  /** Of the model; named by recipe, time and seed if left out. */
  id?: string
}
