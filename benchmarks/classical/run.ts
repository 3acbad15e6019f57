import type { Run } from '../benchmark.ts'
import { measureOurs, withMatrices } from './ours.ts'
import type { Result } from './table.ts'

/** Fits every algorithm once, and a part of a grid on one thread and on two. */
export const run: Run<Omit<Result, 'stamp'>> = (directory) => {
  const { fingerprint, synthetic, outcome } = withMatrices(directory, measureOurs)
  return { result: { synthetic, ...outcome }, data: fingerprint }
}
