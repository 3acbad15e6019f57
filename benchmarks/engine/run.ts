import { ENGINES } from '@zoidberg/core/engines/session.ts'
import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { EngineFigures, Measured, Result } from './table.ts'

/** Validation images of DIR that the engines have to agree on. */
const IMAGES = 200

/** Measures each engine in a process of its own. */
export const run: Run<Omit<Result, 'stamp'>> = (directory) => {
  const measured = ENGINES.map((name) =>
    measure<Measured>('engine/measure.ts', [name, directory, String(IMAGES)]),
  )
  const [first] = measured
  const engines = measured.map(({ probabilities, fingerprint: _, ...figures }): EngineFigures => {
    const differences = probabilities.map((p, i) => Math.abs(p - first.probabilities[i]))
    return { ...figures, largestDifference: differences.reduce((a, b) => Math.max(a, b), 0) }
  })
  return { result: { engines }, data: first.fingerprint }
}
