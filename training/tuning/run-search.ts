/** One search, from a data set to its report: what the command line and the job in the cloud share. */
import type { Dataset } from '../dataset/dataset.ts'
import type { Checkpoints } from '../run/checkpoints.ts'
import { assertSpace } from '../space/space.ts'
import { type SearchSummary, writeSearchReport } from './report.ts'
import { type SearchEvents, search } from './search.ts'
import { ORACLES, type SearchConfig, searchSplit } from './search-config.ts'
import { createTrainer } from './trainer.ts'
import type { Trial, TrialStore } from './trials.ts'

type RunSearchOptions = SearchEvents & {
  dataset: Dataset
  store: TrialStore
  checkpoints: Checkpoints
  /** Names this process in leases. */
  worker: string
}

/**
 * Searches until the oracle has nothing more or the worker is interrupted, and writes the report, also of a search that
 * failed.
 *
 * @param run folder that the report goes into
 * @returns every trial, and what the report says of them
 * @throws UsageError if the data set lacks what the search needs
 * @throws FailingSearchError after three failed trials in a row
 */
export async function runSearch(
  run: string,
  config: SearchConfig,
  { dataset, store, checkpoints, worker, ...events }: RunSearchOptions,
): Promise<{ trials: Trial[]; summary: SearchSummary }> {
  const { definition, tuner, trials, epochs, executions, task, objective, size, seed } = config
  const { space } = definition
  assertSpace(space)
  const oracle = ORACLES[tuner]({ space, trials, epochs, seed })
  const split = searchSplit(config, dataset)
  const train = await createTrainer(dataset, split, {
    definition,
    size,
    task,
    objective,
    executions,
    seed,
    checkpoints,
  })
  const title = `Search: ${definition.name}, ${tuner}`
  const { synthetic } = dataset
  const write = (found: Trial[]) => writeSearchReport(run, { title, space, trials: found, synthetic })
  try {
    const prunes = tuner !== 'hyperband'
    const found = await search({ store, oracle, train, owner: worker, prunes, ...events })
    return { trials: found, summary: await write(found) }
  } catch (error) {
    await store
      .list()
      .then(write)
      .catch(() => {})
    throw error
  }
}
