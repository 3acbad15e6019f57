/**
 * Oracles decide what to try next from the stored trials alone; they keep nothing, so a search goes on where it
 * stopped.
 */
import { createRandom } from '../../random.ts'
import { randomPoint, valuesAt } from '../../space/sampling.ts'
import { keyOf, type Space } from '../../space/space.ts'
import type { NextTrial, Suggestion, Trial } from '../trials.ts'

export type Oracle = {
  /** Decides what to try next after all trials that were ever suggested, in order. */
  suggest(trials: readonly Trial[]): NextTrial
}

/** At most so many trials of at most so many epochs each; the same seed suggests the same. */
export type OracleOptions = { space: Space; trials: number; epochs: number; seed: number }

/** keras-tuner's number of attempts to draw something new (engine/oracle.py, `_max_collisions`). */
const MAX_COLLISIONS = 20

/**
 * Draws values that were not tried before.
 *
 * @param trials all that there are
 * @returns the same values for the same seed and number of trials; undefined if all attempts were tried before
 */
export function drawNew(
  space: Space,
  seed: number,
  trials: readonly Trial[],
): Suggestion['values'] | undefined {
  const random = createRandom(seed, trials.length)
  const tried = new Set(trials.map(({ values }) => keyOf(values)))
  for (let attempt = 0; attempt < MAX_COLLISIONS; attempt++) {
    const values = valuesAt(space, randomPoint(space, random))
    if (!tried.has(keyOf(values))) return values
  }
  return undefined
}
