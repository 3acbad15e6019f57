import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zoidberg } from '../../benchmarks/lib/zoidberg.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { fingerprintOf } from '../lib/fingerprint.ts'
import { readOptions } from '../lib/options.ts'
import type { Result } from './table.ts'

const SIDE = 64
const COMMON = ['--size', String(SIDE), '--epochs', '6', '--set', 'halfSize=0', '--seed', '1']

/** Cross-validates the recipe in three ways; folds that are done are kept. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, out } = readOptions(args, { data: undefined, out: undefined }).options
  const crossValidation = (name: string, folds: string) => {
    const folder = join(out, name)
    const command = [
      'train',
      '--data',
      data,
      '--model',
      'default',
      ...COMMON,
      '--folds',
      folds,
      '--out',
      folder,
    ]
    console.log(`${name}\n${zoidberg(command)}`)
    return JSON.parse(readFileSync(join(folder, 'cross-validation.json'), 'utf8'))
  }
  const result = {
    common: COMMON,
    patients: crossValidation('patients', '5'),
    sources: crossValidation('sources', 'sources'),
    numbers: crossValidation('numbers', 'numbers'),
  }
  return { result, data: await fingerprintOf(data, SIDE) }
}
