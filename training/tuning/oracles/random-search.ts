/** Random search (Bergstra & Bengio 2012). */
import type { Space } from '../space.ts'
import { drawNew, type Oracle } from './oracle.ts'

export function randomSearch(options: {
  space: Space
  trials: number
  epochs: number
  seed: number
}): Oracle {
  const { space, epochs, seed } = options
  return {
    suggest(trials) {
      if (trials.length >= options.trials) return 'done'
      const values = drawNew(space, seed, trials)
      return values ? { values, epochs } : 'done'
    },
  }
}
