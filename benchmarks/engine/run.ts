import { ENGINES } from '@zoidberg/core/engines/session.ts'
import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { EngineFigures, Result } from './table.ts'

/** Measures each engine in a process of its own. */
export const run: Run<Omit<Result, 'stamp'>> = () => ({
  result: { engines: ENGINES.map((name) => measure<EngineFigures>('engine/measure.ts', [name])) },
  data: null,
})
