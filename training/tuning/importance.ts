/** How much each dimension of a space matters to the score: first-order effects (Sobol' 1993) on a Gaussian process. */
import type { Trial } from '@zoidberg/core/trials.ts'
import { createRandom } from '../random.ts'
import { fitHyperparameters, posterior } from './gaussian-process.ts'
import { encode, randomPoint, type Space, valuesAt } from './space.ts'

const BASES = 60
const LEVELS = 8
const FEWEST_TRIALS = 5

/**
 * @returns for each dimension the share of the score's variance that it explains alone, 0 to 1; empty for too few trials
 */
export function importances(space: Space, scored: (Trial & { score: number })[]): Record<string, number> {
  if (scored.length < FEWEST_TRIALS) return {}
  const points = scored.map(({ values }) => encode(space, values))
  const scores = scored.map(({ score }) => score)
  const process = posterior(points, scores, fitHyperparameters(points, scores))
  const random = createRandom(1)
  const bases = Array.from({ length: BASES }, () => randomPoint(space, random))
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2))
  const at = (point: number[]) => process.predict(encode(space, valuesAt(space, point))).mean
  const total = variance(bases.map(at))
  return Object.fromEntries(
    Object.keys(space).map((name, dimension) => {
      const effects = Array.from({ length: LEVELS }, (_, level) =>
        mean(bases.map((base) => at(base.with(dimension, (level + 0.5) / LEVELS)))),
      )
      return [name, total > 0 ? Math.min(1, variance(effects) / total) : 0]
    }),
  )
}
