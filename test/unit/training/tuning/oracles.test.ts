import { readFileSync } from 'node:fs'
import { createRandom } from '@zoidberg/training/random.ts'
import { keyOf, type Space, type Values } from '@zoidberg/training/space/space.ts'
import { cumulative, logExpectedImprovement } from '@zoidberg/training/tuning/expected-improvement.ts'
import { fitKernel, logMarginalLikelihood, posterior } from '@zoidberg/training/tuning/gaussian-process.ts'
import { bayesian } from '@zoidberg/training/tuning/oracles/bayesian.ts'
import { gridSearch } from '@zoidberg/training/tuning/oracles/grid-search.ts'
import { hyperband, schedule } from '@zoidberg/training/tuning/oracles/hyperband.ts'
import type { Oracle } from '@zoidberg/training/tuning/oracles/oracle.ts'
import { randomSearch } from '@zoidberg/training/tuning/oracles/random-search.ts'
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'
import { describe, expect, it } from 'vitest'

// Made by tuning.py with the versions of scikit-learn and keras-tuner that it names.
const fixtures = JSON.parse(readFileSync(new URL('../../../fixtures/tuning.json', import.meta.url), 'utf8'))

const space: Space = {
  filters: { type: 'integer', low: 32, high: 128, step: 16 },
  rate: { type: 'float', low: 1e-4, high: 1e-2, scale: 'log' },
  optimizer: { type: 'choice', values: ['adam', 'adamw'] },
  decay: { type: 'float', low: 0, high: 0.1, when: { name: 'optimizer', in: ['adamw'] } },
}

/** A stored trial, as a worker would leave it. */
const stored = (suggestion: Suggestion, id: number, ending: Partial<Trial> = {}): Trial => ({
  id,
  values: suggestion.values,
  state: 'running',
  score: null,
  curve: [],
  epochs: suggestion.epochs,
  from: suggestion.from ?? null,
  note: suggestion.note ?? {},
  attempt: 1,
  lease: null,
  seconds: null,
  error: null,
  ...ending,
})

/** Plays a search with `workers` trials open at a time; trials end in a drawn order. */
function play(oracle: Oracle, score: (values: Values) => number, workers = 1, seed = 1): Trial[] {
  const random = createRandom(seed)
  const trials: Trial[] = []
  for (;;) {
    const open = trials.filter(({ state }) => state === 'running')
    const answer = open.length < workers ? oracle.suggest(trials) : 'wait'
    if (typeof answer === 'object') trials.push(stored(answer, trials.length + 1))
    else if (open.length > 0) {
      const ended = open[random.integer(open.length)]
      Object.assign(ended, { state: 'succeeded', score: score(ended.values) })
    } else return trials
  }
}
const preference = ({ filters, rate }: Values) =>
  -(((filters as number) - 96) ** 2) / 1000 - Math.log10((rate as number) / 1e-3) ** 2

const ORACLES = {
  random: (trials: number, seed: number) => randomSearch({ space, trials, epochs: 3, seed }),
  grid: (trials: number) => gridSearch({ space, trials, epochs: 3 }),
  bayesian: (trials: number, seed: number) => bayesian({ space, trials, epochs: 3, seed }),
  hyperband: (trials: number, seed: number) => hyperband({ space, trials, epochs: 9, seed }),
}

describe.each(Object.entries(ORACLES))('%s', (name, make) => {
  it('suggests the same for the same seed, and goes on the same after a restart', () => {
    const whole = play(make(12, 5), preference)
    expect(play(make(12, 5), preference)).toEqual(whole)
    for (const cut of [1, 6, 9]) {
      const answer = make(12, 5).suggest(whole.slice(0, cut)) as Suggestion
      expect(answer.values).toEqual(whole[cut].values)
    }
    if (name !== 'grid') expect(play(make(12, 6), preference)).not.toEqual(whole)
  })
  it('never tries the same twice, but for going on with it', () => {
    const fresh = play(make(40, 1), preference, 3).filter(({ from }) => from === null)
    expect(new Set(fresh.map(({ values }) => keyOf(values))).size).toBe(fresh.length)
  })
  it('stops at the number of trials', () => expect(play(make(7, 1), preference, 2)).toHaveLength(7))
  it('goes on past failed trials', () => {
    const trials = play(make(10, 1), preference).map((trial, i) =>
      i % 3 === 0 ? { ...trial, state: 'failed' as const, score: null } : trial,
    )
    expect(make(11, 1).suggest(trials)).not.toBe('wait')
  })
  it('ends in a space with two points', () => {
    const tiny: Space = { a: { type: 'choice', values: ['x', 'y'] } }
    const oracle = {
      random: randomSearch({ space: tiny, trials: 9, epochs: 1, seed: 1 }),
      grid: gridSearch({ space: tiny, trials: 9, epochs: 1 }),
      bayesian: bayesian({ space: tiny, trials: 9, epochs: 1, seed: 1 }),
      hyperband: hyperband({ space: tiny, trials: 9, epochs: 3, seed: 1 }),
    }[name] as Oracle
    const fresh = play(oracle, ({ a }) => (a === 'x' ? 1 : 0)).filter(({ from }) => from === null)
    expect(fresh).toHaveLength(2)
  })
})

describe('hyperband', () => {
  it.each(Object.entries<number[][][]>(fixtures.schedules))(
    "has keras-tuner's schedule for %s epochs",
    (epochs, wanted) =>
      expect(
        schedule(Number(epochs)).map((rounds) => rounds.map(({ size, epochs }) => [size, epochs])),
      ).toEqual(wanted),
  )
  it('starts 27 at one epoch, trains nine for three, three for nine and one for 27', () => {
    const large: Space = { x: { type: 'float', low: 0, high: 1 } }
    const trials = play(
      hyperband({ space: large, trials: 1000, epochs: 27, seed: 1 }),
      ({ x }) => x as number,
      4,
    )
    const inBracket = (bracket: number) => trials.filter(({ note }) => note.bracket === bracket)
    const counts = (bracket: number) =>
      Object.values(Object.groupBy(inBracket(bracket), ({ epochs }) => epochs)).map((group) => [
        group?.length,
        group?.[0].epochs,
      ])
    expect(counts(0)).toEqual([
      [27, 1],
      [9, 3],
      [3, 9],
      [1, 27],
    ])
    expect(trials).toHaveLength(40 + 18 + 8 + 4)
    // The best of all went on to the end, from its own weights each time.
    const last = inBracket(0).find(({ epochs }) => epochs === 27) as Trial
    const first = inBracket(0).filter(({ epochs }) => epochs === 1)
    expect(last.values.x).toBe(Math.max(...first.map(({ values }) => values.x as number)))
    for (const { from, values } of trials) if (from) expect(trials[from - 1].values).toEqual(values)
  })
  it('promotes only who survives whatever the others will score', () => {
    const large: Space = { x: { type: 'float', low: 0, high: 1 } }
    const oracle = hyperband({ space: large, trials: 1000, epochs: 27, seed: 1 })
    for (const seed of [1, 2, 3]) {
      const trials = play(oracle, ({ x }) => x as number, 8, seed)
      const first = trials.filter(({ note }) => note.bracket === 0 && note.round === 0)
      const best = first.map(({ values }) => values.x as number).sort((a, b) => b - a)
      const promoted = trials.filter(({ note }) => note.bracket === 0 && note.round === 1)
      expect(Math.min(...promoted.map(({ values }) => values.x as number))).toBeGreaterThanOrEqual(best[8])
    }
  })
  it('waits where everything depends on what is running', () => {
    const large: Space = { x: { type: 'float', low: 0, high: 1 } }
    const oracle = hyperband({ space: large, trials: 100, epochs: 1, seed: 1 })
    const first = oracle.suggest([]) as Suggestion
    expect(oracle.suggest([stored(first, 1)])).toBe('done')
    const bigger = hyperband({ space: large, trials: 1000, epochs: 3, seed: 1 })
    const trials: Trial[] = []
    let answer = bigger.suggest(trials)
    while (typeof answer === 'object') {
      trials.push(stored(answer, trials.length + 1))
      answer = bigger.suggest(trials)
    }
    expect(answer).toBe('wait')
  })
})

describe('the Gaussian process', () => {
  it.each(fixtures.processes as Record<string, never>[])("has scikit-learn's posterior (case %#)", (f) => {
    const { points, targets, lengthScales, signal, noise, at, mean, deviation } = f as unknown as {
      points: number[][]
      targets: number[]
      lengthScales: number[]
      signal: number
      noise: number
      at: number[][]
      mean: number[]
      deviation: number[]
    }
    const process = posterior(points, targets, { lengthScales, signal, noise })
    at.forEach((point, i) => {
      const predicted = process.predict(point)
      expect(Math.abs(predicted.mean - mean[i])).toBeLessThan(1e-6)
      expect(Math.abs(predicted.deviation - deviation[i])).toBeLessThan(1e-6)
    })
    const average = targets.reduce((a, b) => a + b, 0) / targets.length
    const spread = Math.sqrt(targets.reduce((sum, t) => sum + (t - average) ** 2, 0) / targets.length)
    const y = targets.map((t) => (t - average) / spread)
    const h = { lengthScales, signal, noise }
    const { value, gradient } = logMarginalLikelihood(points, y, h) as { value: number; gradient: number[] }
    expect(Math.abs(value - (f.logLikelihood as number))).toBeLessThan(1e-6)
    // The gradient, by differences.
    const moved = (k: number, step: number) => {
      const logs = [...lengthScales, signal, noise].map(Math.log)
      logs[k] += step
      const [s, v, e] = [logs.slice(0, -2), logs.at(-2) as number, logs.at(-1) as number]
      const there = { lengthScales: s.map(Math.exp), signal: Math.exp(v), noise: Math.exp(e) }
      return (logMarginalLikelihood(points, y, there) as { value: number }).value
    }
    gradient.forEach((slope, k) => {
      const difference = (moved(k, 1e-5) - moved(k, -1e-5)) / 2e-5
      expect(Math.abs(slope - difference)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)))
    })
  })
  it('finds that one dimension matters and the other does not', () => {
    const random = createRandom(4)
    const points = Array.from({ length: 30 }, () => [random.uniform(), random.uniform()])
    const { lengthScales, noise } = fitKernel(
      points,
      points.map(([x]) => Math.sin(6 * x)),
    )
    expect(lengthScales[1]).toBeGreaterThan(3 * lengthScales[0])
    expect(noise).toBeLessThan(1e-2)
  })
})

describe('the expected improvement', () => {
  it('has the right logarithm from far below the best to far above it', () => {
    fixtures.improvement.z.forEach((z: number, i: number) => {
      const wanted = fixtures.improvement.log[i]
      expect(Math.abs(logExpectedImprovement(z, 1, 0) - wanted)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(wanted)),
      )
      expect(cumulative(z)).toBeCloseTo(fixtures.cumulative[i], 12)
    })
  })
})

describe('bayesian', () => {
  it('beats random search on a smooth function, in the median of ten seeds', () => {
    const best = (oracle: Oracle) => Math.max(...play(oracle, preference).map(({ score }) => score as number))
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const median = (values: number[]) => values.sort((a, b) => a - b)[5]
    expect(median(seeds.map((seed) => best(ORACLES.bayesian(20, seed))))).toBeGreaterThan(
      median(seeds.map((seed) => best(ORACLES.random(20, seed)))),
    )
  })
  const line: Space = { x: { type: 'float', low: 0, high: 1 } }
  const PEAK = 0.3721
  const onePeak = ({ x }: Values) => -(((x as number) - PEAK) ** 2)
  const onLine = (trials: number, seed = 3) => bayesian({ space: line, trials, epochs: 1, seed })

  it('finds the peak of a parabola within a hundredth of its range in twelve trials', () => {
    for (const seed of [1, 2, 3]) {
      const best = play(onLine(12, seed), onePeak).toSorted(
        (a, b) => (b.score as number) - (a.score as number),
      )[0]
      expect(Math.abs((best.values.x as number) - PEAK)).toBeLessThan(0.01)
    }
  })
  it('draws as random search does until five have scores, and as long as all scores are equal', () => {
    const random = randomSearch({ space: line, trials: 12, epochs: 1, seed: 3 })
    const valuesOf = (trials: Trial[]) => trials.map(({ values }) => values)
    const [ours, theirs] = [play(onLine(12), onePeak), play(random, onePeak)]
    expect(valuesOf(ours).slice(0, 5)).toEqual(valuesOf(theirs).slice(0, 5))
    expect(ours[5].values).not.toEqual(theirs[5].values)
    expect(valuesOf(play(onLine(12), () => 0.5))).toEqual(valuesOf(theirs))
  })
  it('takes no second trial beside one that still runs, whose score it can guess', () => {
    const twoPeaks = ({ x }: Values) => Math.sin(9 * (x as number))
    const trials = play(onLine(5), twoPeaks)
    const alone = onLine(99).suggest(trials) as Suggestion
    const beside = onLine(99).suggest([...trials, stored(alone, 100)]) as Suggestion
    expect(Math.abs((beside.values.x as number) - (alone.values.x as number))).toBeGreaterThan(0.1)
  })
  it('spreads out what runs at the same time', () => {
    const trials = play(ORACLES.bayesian(12, 1), preference)
    const oracle = bayesian({ space, trials: 99, epochs: 1, seed: 1 })
    const together: Values[] = []
    for (let i = 0; i < 4; i++) {
      const answer = oracle.suggest([
        ...trials,
        ...together.map((values, k) => stored({ values, epochs: 1 }, 100 + k)),
      ]) as Suggestion
      together.push(answer.values)
    }
    expect(new Set(together.map(keyOf)).size).toBe(4)
  })
})
