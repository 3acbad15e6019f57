/** What a search is about to do and how long that takes: arithmetic and words. */
import {
  amount,
  type Count,
  describeCount,
  describeEpochs,
  duration,
  type NetworkSize,
  onThisMachine,
  type Pace,
  trainingSeconds,
  type Work,
} from '../train/estimate.ts'
import { randomSearch } from './oracles/random-search.ts'
import { ORACLES, type SearchConfig } from './search-config.ts'
import { SCORED_PERTURBATIONS } from './trainer.ts'
import { isOpen, type Suggestion, type Trial } from './trials.ts'

/** Trials that are still to be trained, and the epochs of one execution of all of them. */
export type Remaining = { trials: number; epochs: number }

/**
 * Plays the rest of a search without training: the oracles alone know how many trials there are, how long each is, and
 * which goes on from another's weights.
 *
 * @param found trials of an earlier start
 * @returns what is left if no trial is stopped early and none fails
 */
export function remainingOf(
  { definition, tuner, trials, epochs, seed }: SearchConfig,
  found: readonly Trial[],
): Remaining {
  // As many as Bayesian search, which would take its time for each.
  const play = tuner === 'bayesian' ? randomSearch : ORACLES[tuner]
  const oracle = play({ space: definition.space, trials, epochs, seed })
  const all = found.map((trial) => (isOpen(trial) ? ended(trial, trial.id) : trial))
  const open = found.filter(isOpen)
  const remaining = {
    trials: open.length,
    epochs: open.reduce((sum, trial) => sum + trial.epochs - trial.curve.length, 0),
  }
  for (;;) {
    const next = oracle.suggest(all)
    if (next === 'done' || next === 'wait') return remaining
    const behind = next.from ? all[next.from - 1].epochs : 0
    remaining.trials++
    remaining.epochs += next.epochs - behind
    all.push(ended(next, all.length + 1))
  }
}

/** A trial as if it had ended; which is the best makes no difference to how many there are. */
const ended = (suggestion: Pick<Suggestion, 'values' | 'epochs' | 'note'>, id: number): Trial => ({
  id,
  values: suggestion.values,
  state: 'succeeded',
  score: 0,
  curve: [],
  epochs: suggestion.epochs,
  from: null,
  note: suggestion.note ?? {},
  attempt: 1,
  lease: null,
  seconds: null,
  error: null,
})

export type Forecast = {
  config: Pick<SearchConfig, 'tuner' | 'epochs' | 'executions'>
  /** Trials that ended in an earlier start. */
  done: number
  remaining: Remaining
  /** What each trial trains on, and what it is scored on. */
  train: Count
  validation: Count
  /** The training of the best in the end; null where there is none, or where it is done. */
  final: Work | null
}

/** @returns seconds of all trials, if none is stopped early and their networks are as large as the one measured */
export function searchSeconds(
  { config, remaining, train, validation }: Forecast,
  { full, forward }: Pace,
): number {
  const scored = SCORED_PERTURBATIONS.length * validation.images
  return remaining.epochs * config.executions * (full * train.images + forward * scored)
}

/** @returns what a search and the training after it will do and how long each takes, up to four sentences */
export function describeSearch(network: NetworkSize, forecast: Forecast, pace: Pace): string {
  const { config, done, remaining, train, validation, final } = forecast
  const { name, parameters, size } = network
  const { tuner, epochs, executions } = config
  const sentences: string[] = []
  if (remaining.trials === 0) sentences.push(`The search has ended with ${amount(done, 'trial')}.`)
  else {
    const counted = amount(remaining.trials, done > 0 ? 'more trial' : 'trial')
    const times = executions > 1 ? `, trained ${executions} times each` : ''
    const sum = `at most ${amount(remaining.epochs * executions, 'epoch')} together`
    sentences.push(
      `Searches the hyperparameters of ${name} (${tuner}, ${size.width} x ${size.height} pixels): ${counted} of at most ${amount(epochs, 'epoch')}${times}, ${sum}, on ${describeCount(train)}, scored on ${describeCount(validation)}.`,
      `${onThisMachine(searchSeconds(forecast, pace))} if their networks are as large as ${name} itself (${parameters.toLocaleString('en')} parameters).`,
    )
  }
  if (final)
    sentences.push(
      `Then trains the best on everything: ${describeCount(final.train)} for ${describeEpochs(final)}, evaluated on ${describeCount(final.validation)}.`,
      `That takes ${duration(trainingSeconds(final, pace))}${remaining.trials > 0 ? ' more' : ''}.`,
    )
  return sentences.join(' ')
}
