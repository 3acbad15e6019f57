import { networkNamed } from '@zoidberg/training/networks/index.ts'
import type { Pace } from '@zoidberg/training/train/estimate.ts'
import {
  describeSearch,
  type Forecast,
  remainingOf,
  searchSeconds,
} from '@zoidberg/training/tuning/forecast.ts'
import { hyperband, schedule } from '@zoidberg/training/tuning/oracles/hyperband.ts'
import type { SearchConfig } from '@zoidberg/training/tuning/search-config.ts'
import type { Trial } from '@zoidberg/training/tuning/trials.ts'
import { describe, expect, it } from 'vitest'

const definition = networkNamed('default')
const config = (more: Partial<SearchConfig> = {}): SearchConfig => ({
  definition,
  tuner: 'bayesian',
  trials: 20,
  epochs: 9,
  executions: 1,
  images: null,
  task: 'three-class',
  objective: 'auc',
  size: { height: 128, width: 128 },
  seed: 1,
  ...more,
})
const trial = (id: number, more: Partial<Trial> = {}): Trial => ({
  id,
  values: { width: 8, dropout: id / 100 },
  state: 'succeeded',
  score: 0.5,
  curve: [],
  epochs: 9,
  from: null,
  note: {},
  attempt: 1,
  lease: null,
  seconds: 1,
  error: null,
  ...more,
})

describe('what is left of a search', () => {
  it.each(['random', 'bayesian', 'grid'] as const)('with %s is every trial to its last epoch', (tuner) =>
    expect(remainingOf(config({ tuner }), [])).toEqual({ trials: 20, epochs: 180 }),
  )
  it('is no more than the grid has', () => {
    const small = { ...definition, space: { width: { type: 'choice', values: [8, 16, 24] } } as const }
    expect(remainingOf(config({ tuner: 'grid', definition: small }), [])).toEqual({ trials: 3, epochs: 27 })
  })
  it('with hyperband is its schedule, where survivors go on from the epochs they have', () => {
    const rounds = schedule(9)
    const trials = rounds.flat().reduce((sum, { size }) => sum + size, 0)
    const epochs = rounds
      .flatMap((bracket) =>
        bracket.map(({ size, epochs }, i) => size * (epochs - (i > 0 ? bracket[i - 1].epochs : 0))),
      )
      .reduce((a, b) => a + b, 0)
    expect(remainingOf(config({ tuner: 'hyperband', trials }), [])).toEqual({ trials, epochs })
    expect(remainingOf(config({ tuner: 'hyperband', trials: 4 }), [])).toEqual({ trials: 4, epochs: 4 })
  })
  it('leaves out what an earlier start has done, of a trial that was cut off too', () => {
    const found = [trial(1), trial(2, { state: 'pruned' }), trial(3, { state: 'waiting', curve: [0.1, 0.2] })]
    expect(remainingOf(config(), found)).toEqual({ trials: 18, epochs: 7 + 17 * 9 })
    expect(remainingOf(config({ trials: 3 }), found.slice(0, 2).concat(trial(3)))).toEqual({
      trials: 0,
      epochs: 0,
    })
  })
  it('changes none of the trials that are there', () => {
    const found = [trial(1, { state: 'running' })]
    remainingOf(config({ trials: 4 }), found)
    expect(found).toEqual([trial(1, { state: 'running' })])
    const oracle = hyperband({ space: definition.space, trials: 4, epochs: 9, seed: 1 })
    expect(oracle.suggest([])).toMatchObject({ epochs: 1 })
  })
})

describe('what a search will do', () => {
  const pace: Pace = { full: 0.006, half: 0.002, forward: 0.002 }
  const network = { name: 'default', parameters: 500_907, size: { width: 128, height: 128 } }
  const forecast: Forecast = {
    config: config(),
    done: 0,
    remaining: { trials: 20, epochs: 180 },
    train: { images: 3126, patients: 1700 },
    validation: { images: 1042, patients: 577 },
    final: {
      train: { images: 4168, patients: 2277 },
      validation: { images: 1048, patients: 569 },
      evaluated: 16 * 1048,
      settings: definition.training,
      done: 0,
    },
  }
  it('takes the steps of all epochs at full size, and three scored copies after each', () => {
    expect(searchSeconds(forecast, pace)).toBeCloseTo(180 * (3126 * 0.006 + 3 * 1042 * 0.002), 6)
    const twice = { ...forecast, config: config({ executions: 2 }) }
    expect(searchSeconds(twice, pace)).toBeCloseTo(2 * searchSeconds(forecast, pace), 6)
  })
  it('is said with its data, epochs and time, and what the training of the best will take', () =>
    expect(describeSearch(network, forecast, pace)).toBe(
      'Searches the hyperparameters of default (bayesian, 128 x 128 pixels): 20 trials of at most 9 epochs, at most 180 epochs together, on 3,126 images of 1,700 patients, scored on 1,042 images of 577 patients. About 75 minutes on this machine if their networks are as large as default itself (500,907 parameters). Then trains the best on everything: 4,168 images of 2,277 patients for at most 120 epochs, 72 of them at half size, evaluated on 1,048 images of 569 patients. That takes about 35 minutes more.',
    ))
  it('tells of no training that there will not be', () => {
    expect(describeSearch(network, { ...forecast, final: null }, pace)).not.toContain('best')
    const gone = { ...forecast, done: 3, remaining: { trials: 17, epochs: 150 } }
    expect(describeSearch(network, gone, pace)).toMatch(
      /: 17 more trials of at most 9 epochs, at most 150 epochs together/,
    )
    const over = { ...forecast, done: 20, remaining: { trials: 0, epochs: 0 } }
    expect(describeSearch(network, over, pace)).toMatch(
      /^The search has ended with 20 trials\. Then trains the best .+ That takes about 35 minutes\.$/,
    )
  })
  it('counts the trainings of a trial', () => {
    const twice = { ...forecast, config: config({ executions: 2 }) }
    expect(describeSearch(network, twice, pace)).toContain(
      '20 trials of at most 9 epochs, trained 2 times each, at most 360 epochs together',
    )
  })
})
