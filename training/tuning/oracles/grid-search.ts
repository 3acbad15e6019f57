/** Every combination of the space, one after the other; floats at five levels. */
import { gridOf } from '../../space/sampling.ts'
import { keyOf } from '../../space/space.ts'
import type { Oracle, OracleOptions } from './oracle.ts'

/** @returns an oracle that goes through the grid in order */
export function gridSearch(options: Omit<OracleOptions, 'seed'>): Oracle {
  const all = gridOf(options.space)
  return {
    suggest(trials) {
      if (trials.length >= options.trials) return 'done'
      const tried = new Set(trials.map(({ values }) => keyOf(values)))
      const values = all.find((candidate) => !tried.has(keyOf(candidate)))
      return values ? { values, epochs: options.epochs } : 'done'
    },
  }
}
