/** Says what a search will do and how long that takes, before it starts. */

import { type Dataset, partOf } from '../dataset/dataset.ts'
import { countOf } from '../run/announce.ts'
import { measurePace } from '../train/pace.ts'
import { describeSearch, type Forecast, leftOf } from './forecast.ts'
import { bestOf } from './report.ts'
import { recipeOf, retrainingOf } from './retrain.ts'
import { type SearchConfig, searchSplit } from './run-search.ts'
import { isOpen, type Trial } from './trials.ts'

/**
 * What a search still has to do.
 *
 * @param found trials of an earlier start
 * @param bestRun where the best is trained in the end; null if it is not
 * @throws UsageError if the data set lacks what the search or that training needs
 */
export async function forecastOf(
  dataset: Dataset,
  config: SearchConfig,
  found: Trial[],
  bestRun: string | null,
): Promise<Forecast> {
  const { train, validation } = searchSplit(config, dataset)
  const left = leftOf(config, found)
  const best = left.trials === 0 ? bestOf(found) : undefined
  const isWithoutBest = left.trials === 0 && !best
  return {
    config,
    done: found.filter((trial) => !isOpen(trial)).length,
    left,
    train: countOf(train),
    validation: countOf(validation),
    final: bestRun && !isWithoutBest ? await retrainingOf(bestRun, best, dataset, config) : null,
  }
}

/** @returns the sentences, measured on this machine in a few seconds where there is anything left to do */
export async function announceSearch(
  dataset: Dataset,
  config: SearchConfig,
  forecast: Forecast,
): Promise<string> {
  const network = { name: config.definition.name, size: config.size }
  if (forecast.left.trials === 0 && !forecast.final)
    return describeSearch({ ...network, parameters: 0 }, forecast, { full: 0, half: 0, forward: 0 })
  const own = recipeOf(config, {})
  const settings = forecast.final ? own.settings : { ...own.settings, halfSize: 0 } // no trial is at half size
  const measured = await measurePace({ ...own, settings }, dataset, partOf(dataset, 'train'))
  return describeSearch({ ...network, parameters: measured.parameters }, forecast, measured.pace)
}
