/** Numbers that a seed decides. */
import { createRandom } from '@zoidberg/training/random.ts'

export type Dice = {
  /** @returns an integer from 0 to below n */
  below(n: number): number
  /** @returns one of them */
  pick<T>(choices: readonly T[]): T
}

/** @returns dice that always fall the same way for a seed */
export function createDice(seed: number): Dice {
  const random = createRandom(seed)
  return {
    below: (n) => random.integer(n),
    pick: (choices) => choices[random.integer(choices.length)],
  }
}
