/** Oracles decide what to try next from the stored trials alone; they keep nothing, so a search goes on where it stopped. */

import { createRandom } from '../../random.ts'
import { keyOf, randomPoint, type Space, valuesAt } from '../space.ts'
import type { Answer, Suggestion, Trial } from '../trials.ts'

export type Oracle = {
  /** @param trials all that were ever suggested, in order */
  suggest(trials: readonly Trial[]): Answer
}

/** keras-tuner's number of attempts to draw something new (engine/oracle.py, `_max_collisions`). */
const MAX_COLLISIONS = 20

/** New random values, the same for the same seed and number of trials; undefined if all attempts were tried before. */
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
