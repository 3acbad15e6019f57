/**
 * `npm run ablation -- DIR OUT [ROW…]`: what each ingredient of the default recipe is worth, on the figures it is steered by.
 * One short training per row and seed at 64 px; runs that are done are kept, so it goes on where it stopped. Rows that are
 * not named stay as they are in bench/ablation.json, which it writes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '@zoidberg/training/terminal.ts'
import { trained } from './trained.ts'

const SEEDS = [1, 2, 3]
// Hidden lungs came to the recipe after these rows were trained; a row of their own says what they are worth.
const COMMON = ['--size', '64', '--epochs', '6', '--set', 'halfSize=0', '--set', 'hiddenLungs=0']
const ROWS: Record<string, string[]> = {
  'the recipe': [],
  'with hidden lungs': ['--set', 'hiddenLungs=0.1'],
  'without guided attention': ['--set', 'guidance=0'],
  'without geometric augmentation': ['--set', 'augmentation=photometric'],
  'without photometric augmentation': ['--set', 'augmentation=geometric'],
  'without balanced sampling': ['--set', 'balance=none'],
  'without averaged weights': ['--set', 'ema=0'],
  'without label smoothing': ['--set', 'labelSmoothing=0'],
  'reference: cnn, no augmentation': ['--model', 'cnn'],
  'reference: cnn, strong augmentation': ['--model', 'cnn', '--set', 'augmentation=strong'],
}

const [directory, out, ...named] = process.argv.slice(2)
if (!out) throw new Error('say which data set and where to: npm run ablation -- DIR OUT [ROW…]')
const unknown = named.find((row) => !(row in ROWS))
if (unknown) throw new Error(`there is no row "${unknown}"; there are ${Object.keys(ROWS).join(', ')}.`)
const asked = named.length > 0 ? named : Object.keys(ROWS)
const path = new URL('ablation.json', import.meta.url)
type Row = {
  row: string
  seeds: number
  figures: Record<string, { mean: number; deviation: number; values: number[] }>
}
const stored: Row[] = JSON.parse(readFileSync(path, 'utf8')).rows

type Metrics = {
  validation: { accuracy: number; rocAuc: number; threeClass: { accuracy: number } | null }
  shifts: { name: string; rocAuc: number; balancedAccuracy: number; specificity: number }[]
}

function metricsOf(row: string, seed: number): Metrics {
  const run = join(out, `${row.replace(/\W+/g, '-')}-${seed}`)
  const args = ['--data', directory, '--model', 'default', '--seed', String(seed)]
  return trained(run, [...args, ...COMMON, ...ROWS[row]])
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values: number[]) =>
  Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / Math.max(1, values.length - 1))

const FIGURES: Record<string, (metrics: Metrics) => number> = {
  'lowest AUC under shift': ({ shifts }) => Math.min(...shifts.map(({ rocAuc }) => rocAuc)),
  'mean balanced accuracy under shift': ({ shifts }) =>
    mean(shifts.map(({ balancedAccuracy }) => balancedAccuracy)),
  'lowest specificity under shift': ({ shifts }) => Math.min(...shifts.map(({ specificity }) => specificity)),
  'plain AUC': ({ validation }) => validation.rocAuc,
  'three classes, accuracy': ({ validation }) => validation.threeClass?.accuracy ?? Number.NaN,
}

// Seed by seed, so that a table of one seed is there early.
const results = Object.fromEntries(asked.map((row) => [row, [] as Metrics[]]))
for (const seed of SEEDS) {
  for (const row of asked) results[row].push(metricsOf(row, seed))
  const fresh = Object.entries(results).map(
    ([row, all]): Row => ({
      row,
      seeds: all.length,
      figures: Object.fromEntries(
        Object.entries(FIGURES).map(([name, figure]) => {
          const values = all.map(figure)
          return [name, { mean: mean(values), deviation: deviation(values), values }]
        }),
      ),
    }),
  )
  const rows = Object.keys(ROWS).flatMap((name) => {
    const is = ({ row }: Row) => row === name
    return fresh.find(is) ?? stored.find(is) ?? []
  })
  writeFileSync(path, `${JSON.stringify({ common: COMMON, rows }, null, 2)}\n`)
  // JSON has null for what a network of two classes does not have.
  const cell = ({ mean, deviation }: { mean: number | null; deviation: number }) =>
    mean === null || Number.isNaN(mean) ? '' : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`
  console.log(
    `${seed} of ${SEEDS.length} seeds\n${table([
      ['', ...Object.keys(FIGURES)],
      ...rows.map(({ row, figures }) => [row, ...Object.values(figures).map(cell)]),
    ])}\n`,
  )
}
