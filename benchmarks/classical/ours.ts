/** Our classical algorithms on the images of a data set, and the same images as files that any language reads. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from '../lib/process.ts'
import type { Figures } from './table.ts'

type Data = { fingerprint: string; synthetic: boolean }

/**
 * Runs work on the images of a data set as matrices.
 *
 * @param work gets the folder that holds `train.x`, `train.y`, `validation.x` and `validation.y`, bytes row by row
 * @returns what the work returns, and whose images they were
 */
export function withMatrices<Outcome>(
  directory: string,
  work: (folder: string) => Outcome,
): Data & { outcome: Outcome } {
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-bench-'))
  try {
    const data = measure<Data>('classical/matrices.ts', [directory, folder])
    return { ...data, outcome: work(folder) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @returns the figures of our own algorithms on a folder of matrices */
export const measureOurs = (folder: string): Figures => measure('classical/measure.ts', [folder])
