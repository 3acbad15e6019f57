/** One search, from a data set to its report: what the command line and the job in the cloud share. */
import { createHash } from 'node:crypto'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import type { TUNERS } from '@zoidberg/core/contract/run.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { type Dataset, partOf } from '../dataset/dataset.ts'
import type { ModelDefinition } from '../models/definition.ts'
import type { Split } from '../run/config.ts'
import type { Checkpoints } from './checkpoints.ts'
import { drawPatients, innerSplit } from './inner-split.ts'
import { bayesian } from './oracles/bayesian.ts'
import { gridSearch } from './oracles/grid-search.ts'
import { hyperband, schedule } from './oracles/hyperband.ts'
import { randomSearch } from './oracles/random-search.ts'
import { writeSearchReport } from './report.ts'
import { type SearchEvents, search } from './search.ts'
import { assertSpace } from './space.ts'
import { createTrainer } from './trainer.ts'
import type { Trial, TrialStore } from './trials.ts'

export const ORACLES = { random: randomSearch, grid: gridSearch, hyperband, bayesian } satisfies Record<
  (typeof TUNERS)[number],
  unknown
>
export const DEFAULT_TRIALS = 20

export type SearchConfig = {
  definition: ModelDefinition
  tuner: keyof typeof ORACLES
  trials: number
  epochs: number
  executions: number
  /** How many images of the training part to search on; all if null. */
  images: number | null
  task: Task
  size: Size
  seed: number
}

/** How many trials a search has if nobody says: with Hyperband its whole schedule, where promotions count as trials. */
export const trialsOf = (tuner: keyof typeof ORACLES, epochs: number): number =>
  tuner === 'hyperband'
    ? schedule(epochs)
        .flat()
        .reduce((sum, { size }) => sum + size, 0)
    : DEFAULT_TRIALS

/** What all workers of one search must agree on. */
export function identityOf({ definition, ...config }: SearchConfig, dataset: Dataset): string {
  const { tuner, epochs, executions, images, task, size, seed } = config
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
    size,
    seed,
    data,
  })
}

/** @returns what a search trains on and what it scores on, patients apart; nothing of the validation part. @throws UsageError if a side lacks a class */
export function searchSplit({ images, seed, task }: SearchConfig, dataset: Dataset): Split {
  const samples = partOf(dataset, 'train')
  return innerSplit(images === null ? samples : drawPatients(samples, images, seed), task)
}

/**
 * Searches until the oracle has nothing more or the worker is interrupted, and writes the report into `run`, also of a
 * search that failed.
 *
 * @param worker names this process in leases
 * @throws FailingSearchError after three failed trials in a row
 */
export async function runSearch(
  run: string,
  dataset: Dataset,
  config: SearchConfig,
  { store, checkpoints, worker }: { store: TrialStore; checkpoints: Checkpoints; worker: string },
  events: SearchEvents,
): Promise<{ trials: Trial[]; summary: Awaited<ReturnType<typeof writeSearchReport>> }> {
  const { definition, tuner, trials, epochs, executions, task, size, seed } = config
  assertSpace(definition.space)
  const oracle = ORACLES[tuner]({ space: definition.space, trials, epochs, seed })
  const split = searchSplit(config, dataset)
  const train = await createTrainer(dataset, split, { definition, size, task, executions, seed, checkpoints })
  const write = (found: Trial[]) =>
    writeSearchReport(run, `Search: ${definition.name}, ${tuner}`, definition.space, found, dataset.synthetic)
  try {
    const found = await search(store, oracle, train, worker, tuner !== 'hyperband', events)
    return { trials: found, summary: await write(found) }
  } catch (error) {
    await store
      .list()
      .then(write)
      .catch(() => {})
    throw error
  }
}
