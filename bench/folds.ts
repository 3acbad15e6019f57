/**
 * `npm run folds -- DIR OUT`: the default recipe, short and small, over folds by patients, by sources of the normals and by
 * numbers; folds that are done are kept, so it goes on where it stopped. Writes bench/folds.json.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zoidberg } from './trained.ts'

const COMMON = ['--size', '64', '--epochs', '6', '--set', 'halfSize=0', '--seed', '1']
const FOLDS = { patients: '5', sources: 'sources', numbers: 'numbers' }

const [directory, out] = process.argv.slice(2)
if (!out) throw new Error('say which data set and where to: npm run folds -- DIR OUT')

function crossValidation(name: string, folds: string) {
  const run = join(out, name)
  const args = ['--data', directory, '--model', 'default', ...COMMON, '--folds', folds, '--out', run]
  console.log(name)
  console.log(zoidberg(['train', ...args]))
  return JSON.parse(readFileSync(join(run, 'cross-validation.json'), 'utf8'))
}

const all = Object.entries(FOLDS).map(([name, folds]) => [name, crossValidation(name, folds)])
const path = new URL('folds.json', import.meta.url)
writeFileSync(path, `${JSON.stringify({ common: COMMON, ...Object.fromEntries(all) }, null, 2)}\n`)
