/** Random search (Bergstra & Bengio 2012). */
import { drawNew, type Oracle, type OracleOptions } from './oracle.ts'

/** @returns an oracle that draws every trial at random */
export function randomSearch(options: OracleOptions): Oracle {
  const { space, epochs, seed } = options
  return {
    suggest(trials) {
      if (trials.length >= options.trials) return 'done'
      const values = drawNew(space, seed, trials)
      return values ? { values, epochs } : 'done'
    },
  }
}
