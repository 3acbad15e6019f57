import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { zoidberg } from '../../benchmarks/lib/zoidberg.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { fingerprintOf } from '../lib/fingerprint.ts'
import { readOptions } from '../lib/options.ts'
import type { Result } from './table.ts'

const SIDE = 64
const SEARCH = ['--model', 'default', '--size', String(SIDE), '--images', '1000', '--epochs', '3']
const TUNER = ['--tuner', 'bayesian', '--trials', '24', '--no-retrain', '--seed', '1']
const PICTURES = ['best-so-far.svg', 'parallel-coordinates.svg', 'importance.svg']

/** Runs one search and keeps its pictures; it goes on where it stopped. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, out } = readOptions(args, { data: undefined, out: undefined }).options
  const result = JSON.parse(zoidberg(['tune', '--data', data, '--out', out, ...SEARCH, ...TUNER, '--json']))
  for (const name of PICTURES) copyFileSync(join(out, 'report', name), join(import.meta.dirname, name))
  return { result, data: await fingerprintOf(data, SIDE) }
}
