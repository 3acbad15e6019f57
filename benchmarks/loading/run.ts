import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../benchmark.ts'
import { measure } from '../lib/process.ts'
import type { Loading, Result } from './table.ts'

const SIDE = 224

/** Loads the data set twice, in two processes that share a cache of their own. */
export const run: Run<Omit<Result, 'stamp'>> = (directory) => {
  const cache = mkdtempSync(join(tmpdir(), 'zoidberg-bench-'))
  const load = () =>
    measure<Loading>('loading/measure.ts', [directory, String(SIDE)], { XDG_CACHE_HOME: cache })
  try {
    const [decoding, cached] = [load(), load()]
    return { result: { side: SIDE, decoding, cached }, data: decoding.fingerprint }
  } finally {
    rmSync(cache, { recursive: true })
  }
}
