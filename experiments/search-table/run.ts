import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gridOf } from '@zoidberg/training/space/sampling.ts'
import { keyOf } from '@zoidberg/training/space/space.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import { EPOCHS, IMAGES, openShortTraining, SIZE } from '../lib/short-training.ts'
import { RATES, TABLE_SPACE, toHyperparameters } from './space.ts'
import type { Result, Row } from './table.ts'

const SEED = 1

/** Trains every network of the space once; rows that are done are kept in OUT. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, out } = readOptions(args, { data: undefined, out: undefined }).options
  const path = join(out, 'rows.json')
  mkdirSync(out, { recursive: true })
  const rows: Row[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
  const training = await openShortTraining(data)
  const done = new Set(rows.map(({ values }) => keyOf(values)))
  const all = gridOf(TABLE_SPACE)
  for (const values of all.filter((candidate) => !done.has(keyOf(candidate)))) {
    const started = performance.now()
    const curve = await training.train(toHyperparameters(values), SEED)
    const seconds = (performance.now() - started) / 1000
    rows.push({ values: values as Row['values'], curve, seconds })
    writeFileSync(path, JSON.stringify(rows))
    const scores = curve.map((score) => score.toFixed(4)).join(' ')
    console.error(`${rows.length}/${all.length} ${JSON.stringify(values)} ${scores}`)
  }
  training.close()
  const result = { images: IMAGES, epochs: EPOCHS, size: SIZE, seed: SEED, rates: RATES, rows }
  return { result, data: training.fingerprint }
}
