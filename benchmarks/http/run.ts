import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINES } from '@zoidberg/core/engines/session.ts'
import { prepareEmulators } from '../../scripts/lib/emulators.ts'
import { build } from '../../scripts/lib/install.ts'
import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { HttpFigures, Result } from './table.ts'

/** Starts the emulators once for each engine and measures inside them. */
export const run: Run<Omit<Result, 'stamp'>> = () => {
  prepareEmulators()
  build()
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-bench-'))
  const inEmulators = (engine: string): HttpFigures => {
    const file = join(folder, `${engine}.json`)
    measure('http/in-emulators.ts', [file], { ZOIDBERG_ENGINE: engine })
    return JSON.parse(readFileSync(file, 'utf8'))
  }
  try {
    return { result: { engines: ENGINES.map(inEmulators) }, data: null }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
