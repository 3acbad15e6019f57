/** Finds out what a search will do and how long that takes, before it starts. */
import { type Dataset, partOf } from '../dataset/dataset.ts'
import { countOf } from '../run/announce.ts'
import { measurePace } from '../train/pace.ts'
import { describeSearch, type Forecast, remainingOf } from './forecast.ts'
import { bestOf } from './report.ts'
import { configFor, retrainingOf } from './retrain.ts'
import { type SearchConfig, searchSplit } from './search-config.ts'
import { isOpen, type Trial } from './trials.ts'

type ForecastOptions = {
  dataset: Dataset
  /** Trials of an earlier start. */
  found: Trial[]
  /** Where the best is trained in the end; null if it is not. */
  bestRun: string | null
}

/**
 * Finds out what a search still has to do.
 *
 * @returns trials and images, and the training of the best
 * @throws UsageError if the data set lacks what the search or that training needs
 */
export async function forecastOf(
  config: SearchConfig,
  { dataset, found, bestRun }: ForecastOptions,
): Promise<Forecast> {
  const { train, validation } = searchSplit(config, dataset)
  const remaining = remainingOf(config, found)
  const best = remaining.trials === 0 ? bestOf(found) : undefined
  const isWithoutBest = remaining.trials === 0 && !best
  return {
    config,
    done: found.filter((trial) => !isOpen(trial)).length,
    remaining,
    train: countOf(train),
    validation: countOf(validation),
    final: bestRun && !isWithoutBest ? await retrainingOf(bestRun, config, { dataset, best }) : null,
  }
}

/** @returns sentences, measured on this machine in a few seconds where there is anything left to do */
export async function announceSearch(
  config: SearchConfig,
  dataset: Dataset,
  forecast: Forecast,
): Promise<string> {
  const network = { name: config.definition.name, size: config.size }
  if (forecast.remaining.trials === 0 && !forecast.final)
    return describeSearch({ ...network, parameters: 0 }, forecast, { full: 0, half: 0, forward: 0 })
  const own = configFor(config, dataset, {})
  const settings = forecast.final ? own.settings : { ...own.settings, halfSize: 0 } // no trial is at half size
  const samples = partOf(dataset, 'train')
  const { pace, parameters } = await measurePace({ ...own, settings }, { dataset, samples })
  return describeSearch({ ...network, parameters }, forecast, pace)
}
