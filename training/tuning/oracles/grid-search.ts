/** Every combination of the space, one after the other; floats at five levels. */
import { gridOf, keyOf, type Space } from '../space.ts'
import type { Oracle } from './oracle.ts'

export function gridSearch(options: { space: Space; trials: number; epochs: number }): Oracle {
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
