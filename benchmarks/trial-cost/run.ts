import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { Figures, Result } from './table.ts'

/** Measures in a process of its own. */
export const run: Run<Omit<Result, 'stamp'>> = (directory) => {
  const { fingerprint, ...result } = measure<Figures & { fingerprint: string }>('trial-cost/measure.ts', [
    directory,
  ])
  return { result, data: fingerprint }
}
