import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../../experiments/tuners/functions.ts'

/** Where the literature has the best value of each function. */
const BEST: Record<string, Record<string, number | string>> = {
  Branin: { x: Math.PI, y: 2.275 },
  'Hartmann 6': { a: 0.20169, b: 0.150011, c: 0.476874, d: 0.275332, e: 0.311652, f: 0.6573 },
  mixed: { optimizer: 'adam', rate: 1e-3, units: 160, dropout: 0.36 },
}

describe.each(Object.keys(FUNCTIONS))('%s', (name) => {
  const { evaluate, optimum } = FUNCTIONS[name]

  it('has its best value where the literature has it', () => {
    expect(evaluate(BEST[name])).toBeCloseTo(optimum, 4)
  })

  it('is lower elsewhere', () => {
    for (const [key, value] of Object.entries(BEST[name]))
      if (typeof value === 'number')
        expect(evaluate({ ...BEST[name], [key]: 1.2 * value })).toBeLessThan(optimum)
  })
})
