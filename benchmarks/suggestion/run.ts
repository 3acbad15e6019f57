import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { Figures, Result } from './table.ts'

/** Measures in a process of its own. */
export const run: Run<Omit<Result, 'stamp'>> = () => ({
  result: measure<Figures>('suggestion/measure.ts'),
  data: null,
})
