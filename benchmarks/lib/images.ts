/** What benchmarks read where nobody names a data set: drawings, so that they run on any machine. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/install.ts'
import { zoidberg } from './zoidberg.ts'

const COUNT = 900
const SIDE = 512

/**
 * Draws a data set of chest phantoms once and keeps it in `.cache/`.
 *
 * @returns the folder, with class folders in it
 */
export function drawnImages(): string {
  const folder = join(root, '.cache', `phantoms-${COUNT}-${SIDE}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  zoidberg(['phantoms', partial, '--count', String(COUNT), '--size', String(SIDE)])
  renameSync(partial, folder)
  return folder
}
