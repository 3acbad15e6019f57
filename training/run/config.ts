/** What a training is asked to do. */
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { type Split, splitDigest } from '../dataset/split.ts'
import type { NetworkDefinition } from '../networks/definition.ts'
import type { Recipe } from '../networks/recipe.ts'

export type TrainingConfig = Recipe & {
  definition: NetworkDefinition
  size: Size
  task: Task
  /** Of the task, the negative one first. */
  labels: string[]
  seed: number
  /** Whether the graph model's kernels are stored in half precision. */
  float16: boolean
  /** Folder of the run whose weights it begins with, and what that run says of its model. */
  from?: { run: string; manifest: Manifest }
  /** How to train it again, for the manifest. */
  command: string
  /** Whether somebody else trained it: nobody here knows on what. */
  isForeign?: boolean
  /** Of the model; named by network, time and seed if left out. */
  id?: string
}

/**
 * Names a training. A checkpoint or a fold of another one must not be gone on from: of other settings neither, because
 * one of before an upgrade must not go on under another recipe.
 *
 * @returns a text for people and for comparison
 */
export const identityOf = (config: TrainingConfig, dataset: Dataset, split: Split): string =>
  `${config.command} on ${dataset.fingerprint}, split ${splitDigest(split)}, with ${JSON.stringify([config.hyperparameters, config.settings])}`
