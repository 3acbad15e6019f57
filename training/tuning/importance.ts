/** How much each dimension of a space matters to the score: first-order effects (Sobol' 1993) on a Gaussian process. */
import { createRandom } from '../random.ts'
import { encode, randomPoint, valuesAt } from '../space/sampling.ts'
import { keyOf, type Space } from '../space/space.ts'
import { mean, populationVariance } from '../statistics/descriptive.ts'
import { fitKernel, posterior } from './gaussian-process.ts'
import type { Trial } from './trials.ts'

const BASES = 60
/** Of a number; a choice has as many as it has values. */
const LEVELS = 8
const MIN_TRIALS = 5

/**
 * Fits a Gaussian process to the trials and asks it how the score moves with one dimension alone.
 *
 * @param scored trials with a score
 * @returns of each dimension the share of the score's variance that it explains alone, 0 to 1; empty for too few trials
 */
export function importances(space: Space, scored: (Trial & { score: number })[]): Record<string, number> {
  if (scored.length < MIN_TRIALS) return {}
  // Of each setting what it reached with most epochs: Hyperband trains the same one several times, each time longer.
  const longest = new Map(
    scored.toSorted((a, b) => a.curve.length - b.curve.length).map((trial) => [keyOf(trial.values), trial]),
  )
  const points = [...longest.values()].map(({ values }) => encode(space, values))
  const scores = [...longest.values()].map(({ score }) => score)
  const process = posterior(points, scores, fitKernel(points, scores))
  const random = createRandom(1)
  const bases = Array.from({ length: BASES }, () => randomPoint(space, random))
  const at = (point: number[]) => process.predict(encode(space, valuesAt(space, point))).mean
  const total = populationVariance(bases.map(at))
  return Object.fromEntries(
    Object.entries(space).map(([name, declared], dimension) => {
      const levels = declared.type === 'choice' ? declared.values.length : LEVELS
      const effects = Array.from({ length: levels }, (_, level) =>
        mean(bases.map((base) => at(base.with(dimension, (level + 0.5) / levels)))),
      )
      return [name, total > 0 ? Math.min(1, populationVariance(effects) / total) : 0]
    }),
  )
}
