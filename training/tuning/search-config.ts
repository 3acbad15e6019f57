/** What a search is asked to do, and on which samples. */
import { createHash } from 'node:crypto'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { TUNERS } from '@zoidberg/core/contract/run.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { type Dataset, labelsOf, partOf } from '../dataset/dataset.ts'
import type { Split } from '../dataset/split.ts'
import type { NetworkDefinition } from '../networks/definition.ts'
import { drawPatients, innerSplit } from './inner-split.ts'
import type { Objective } from './objectives.ts'
import { bayesian } from './oracles/bayesian.ts'
import { gridSearch } from './oracles/grid-search.ts'
import { hyperband, schedule } from './oracles/hyperband.ts'
import { randomSearch } from './oracles/random-search.ts'

export const ORACLES = { random: randomSearch, grid: gridSearch, hyperband, bayesian } satisfies Record<
  (typeof TUNERS)[number],
  unknown
>
const DEFAULT_TRIALS = 20

export type SearchConfig = {
  definition: NetworkDefinition
  tuner: keyof typeof ORACLES
  trials: number
  /** Of a trial, at most. */
  epochs: number
  /** Trainings of a trial, with other seeds. */
  executions: number
  /** How many images of the training part to search on; all if null. */
  images: number | null
  task: Task
  objective: Objective
  size: Size
  seed: number
}

/**
 * Says how many trials a search has if nobody does.
 *
 * @param epochs of a trial, at most
 * @returns 20; with Hyperband its whole schedule, where promotions count as trials
 */
export const trialsOf = (tuner: keyof typeof ORACLES, epochs: number): number =>
  tuner === 'hyperband'
    ? schedule(epochs)
        .flat()
        .reduce((sum, { size }) => sum + size, 0)
    : DEFAULT_TRIALS

/** @returns a text that all workers of one search agree on, and that no other search has */
export function identityOf({ definition, ...config }: SearchConfig, dataset: Dataset): string {
  const { tuner, epochs, executions, images, task, objective, size, seed } = config
  const data = dataset.fingerprint
  const { name: model, space, hyperparameters, training } = definition
  // Of an upgrade, too: scores of another recipe or space are no scores of this search.
  const recipe = createHash('sha256')
    .update(JSON.stringify([space, hyperparameters, training]))
    .digest('hex')
  return JSON.stringify({
    model,
    recipe: recipe.slice(0, 12),
    tuner,
    epochs,
    executions,
    images,
    task,
    objective,
    size,
    seed,
    data,
  })
}

/**
 * Splits the training part for a search; nothing of the validation part is in it.
 *
 * @returns what trials train on and what they are scored on, patients apart
 * @throws UsageError if a side lacks a class
 */
export function searchSplit({ images, seed, task }: SearchConfig, dataset: Dataset): Split {
  const samples = partOf(dataset, 'train')
  return innerSplit(images === null ? samples : drawPatients(samples, images, seed), labelsOf(dataset, task))
}
