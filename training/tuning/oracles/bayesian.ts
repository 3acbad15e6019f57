/**
 * Bayesian optimisation: a Gaussian process over what is known, and the point with the largest expected improvement
 * (Jones et al. 1998; LogEI of Ament et al. 2023). Choices are one-hot; running trials count with the process's own
 * guess at their score (Ginsbourger et al. 2010, kriging believer), so that several workers spread out.
 */

import { createRandom, type Random } from '../../random.ts'
import { encode, pointOf, randomPoint, valuesAt } from '../../space/sampling.ts'
import { keyOf, type Space, type Values } from '../../space/space.ts'
import { logExpectedImprovement } from '../expected-improvement.ts'
import { fitKernel, type GaussianProcess, posterior } from '../gaussian-process.ts'
import { isOpen, isScored, type Trial } from '../trials.ts'
import { drawNew, type Oracle, type OracleOptions } from './oracle.ts'

/** keras-tuner draws three per dimension, which left the report's search random throughout; Optuna draws ten. */
const RANDOM_STARTS = 5
const CANDIDATES = 600
const NEIGHBOURHOODS = 4
const STEPS = 60
/** Beyond so many trials the process learns from the best and the latest: its cost grows with the cube. */
const MAX_TRIALS = 150
/** The same for the parameters of its kernel, which are fitted in some forty steps. */
const MAX_FITTED = 60

/** @returns an oracle that draws a few trials at random, then those with the largest expected improvement */
export function bayesian(options: OracleOptions): Oracle {
  const { space, epochs, seed } = options
  return {
    suggest(trials) {
      if (trials.length >= options.trials) return 'done'
      const values = next(space, seed, trials)
      return values ? { values, epochs } : 'done'
    },
  }
}

function next(space: Space, seed: number, trials: readonly Trial[]): Values | undefined {
  const scored = chosen(trials.filter(isScored), MAX_TRIALS)
  const distinct = new Set(scored.map(({ score }) => score)).size
  if (scored.length < RANDOM_STARTS || distinct < 2) return drawNew(space, seed, trials)
  const random = createRandom(seed, trials.length)
  const model = believe(space, scored, trials.filter(isOpen))
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
  const target = Math.max(...scored.map(({ values }) => model.predict(encode(space, values)).mean))
  const tried = new Set(trials.map(({ values }) => keyOf(values)))
  const merit = (point: number[]): number => {
    const values = valuesAt(space, point)
    if (tried.has(keyOf(values))) return Number.NEGATIVE_INFINITY
    const { mean, deviation } = model.predict(encode(space, values))
    return logExpectedImprovement(mean, deviation, target)
  }
  const winner = maximise(space, merit, { incumbent: pointOf(space, best.values), random })
  const values = winner && valuesAt(space, winner)
  return values ?? drawNew(space, seed, trials)
}

/** All, or the best half and the latest half of `most`. */
function chosen<T extends Trial & { score: number }>(scored: T[], most: number): T[] {
  if (scored.length <= most) return scored
  const latest = scored.slice(-most / 2)
  const best = scored
    .slice(0, -most / 2)
    .sort((a, b) => b.score - a.score)
    .slice(0, most / 2)
  return [...best, ...latest]
}

function believe(space: Space, scored: (Trial & { score: number })[], open: Trial[]): GaussianProcess {
  const pointsOf = (trials: Trial[]) => trials.map(({ values }) => encode(space, values))
  const points = pointsOf(scored)
  const scores = scored.map(({ score }) => score)
  const fitted = chosen(scored, MAX_FITTED)
  const kernel = fitKernel(
    pointsOf(fitted),
    fitted.map(({ score }) => score),
  )
  const model = posterior(points, scores, kernel)
  if (open.length === 0) return model
  const running = pointsOf(open)
  const beliefs = running.map((point) => model.predict(point).mean)
  return posterior([...points, ...running], [...scores, ...beliefs], kernel)
}

/** Random candidates, then a shrinking random walk from the best few of them and from the best trial. */
function maximise(
  space: Space,
  merit: (point: number[]) => number,
  { incumbent, random }: { incumbent: number[]; random: Random },
): number[] | undefined {
  const rate = (point: number[]) => ({ point, merit: merit(point) })
  const drawn = Array.from({ length: CANDIDATES }, () => rate(randomPoint(space, random)))
  const starts = drawn.sort((a, b) => b.merit - a.merit).slice(0, NEIGHBOURHOODS)
  const walks = [...starts, rate(incumbent)].map((start) => {
    let here = start
    for (let step = 0; step < STEPS; step++) {
      const width = 0.2 * 0.93 ** step
      const only = random.integer(here.point.length)
      const moved = here.point.map((x, i) =>
        i === only || random.uniform() < 0.3 ? Math.min(1, Math.max(0, x + width * random.normal())) : x,
      )
      const there = rate(moved)
      if (there.merit > here.merit) here = there
    }
    return here
  })
  const best = walks.reduce((a, b) => (b.merit > a.merit ? b : a))
  return best.merit === Number.NEGATIVE_INFINITY ? undefined : best.point
}
