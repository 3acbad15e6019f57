/**
 * `npm run bench:references -- DIR`: training in Keras and the classical algorithms in scikit-learn, XGBoost and CatBoost
 * beside ours, in one run on the same cores and the images of DIR. Needs python3; installs its packages into bench/.venv.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDataset, partOf, truthOf } from '@zoidberg/training/dataset/dataset.ts'
import { table } from '@zoidberg/training/terminal.ts'

const here = (name: string) => new URL(name, import.meta.url).pathname
const [directory] = process.argv.slice(2)
if (!directory) throw new Error('say which data set: npm run bench:references -- DIR')
const python = here('.venv/bin/python')
if (!existsSync(python)) {
  execFileSync('python3', ['-m', 'venv', here('.venv')], { stdio: 'inherit' })
  execFileSync(python, ['-m', 'pip', 'install', '-q', '-r', here('references/requirements.txt')], {
    stdio: 'inherit',
  })
}
const lastLine = (command: string, args: string[]) =>
  JSON.parse(
    execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n')
      .at(-1) as string,
  )
const node = (script: string, ...args: string[]) =>
  lastLine(process.execPath, ['--disable-warning=ExperimentalWarning', here(script), ...args])
const reference = (script: string, ...args: string[]) =>
  lastLine(python, [here(`references/${script}`), ...args])

const networks = ['cnn', 'default'].map((name) => {
  const theirs = reference('networks.py', name)
  const ours = node('training.ts', name)
  return {
    name,
    keras: theirs.imagesPerSecond,
    zoidberg: ours.bare,
    ratio: ours.bare / theirs.imagesPerSecond,
    versions: theirs,
  }
})
console.log(
  table([
    ['training, images/s', 'Keras', 'Zoidberg', 'ratio'],
    ...networks.map(({ name, keras, zoidberg, ratio }) => [
      name,
      keras.toFixed(0),
      zoidberg.toFixed(0),
      ratio.toFixed(2),
    ]),
  ]),
)

const folder = mkdtempSync(join(tmpdir(), 'zoidberg-bench-'))
const dataset = await loadDataset(directory, { height: 32, width: 32 })
for (const part of ['train', 'validation'] as const) {
  const samples = partOf(dataset, part)
  writeFileSync(
    join(folder, `${part}.x`),
    Buffer.concat(samples.map((sample) => Buffer.from(dataset.pixels(sample)))),
  )
  writeFileSync(join(folder, `${part}.y`), Uint8Array.from(truthOf(samples)))
}
dataset.close()
type Row = { name: string; fitSeconds: number; predictSeconds: number; accuracy: number }
const cores = availableParallelism()
const theirs = reference('classical.py', folder, String(cores))
const alone = reference('classical.py', folder, '1')
const ours = node('classical.ts', folder)
rmSync(folder, { recursive: true })
const total = ({ fitSeconds, predictSeconds }: Row) => fitSeconds + predictSeconds
const classical = theirs.rows.map((reference: Row, i: number) => {
  const own: Row = ours.rows.find(({ name }: Row) => name === reference.name)
  const ratio = total(reference) / total(own)
  return { name: reference.name, reference, oneThread: alone.rows[i], zoidberg: own, ratio }
})
console.log(
  `\n${table([
    [
      'fit + predict, s',
      `reference, ${cores} threads`,
      'reference, 1 thread',
      'Zoidberg',
      'speed ratio',
      'accuracy',
      'ours',
    ],
    ...classical.map(
      (row: { name: string; reference: Row; oneThread: Row; zoidberg: Row; ratio: number }) => [
        row.name,
        total(row.reference).toFixed(2),
        total(row.oneThread).toFixed(2),
        total(row.zoidberg).toFixed(2),
        row.ratio.toFixed(2),
        row.reference.accuracy.toFixed(4),
        row.zoidberg.accuracy.toFixed(4),
      ],
    ),
  ])}`,
)
console.log(
  `\ngrid, 12 fits: ${ours.grid.oneThread.toFixed(1)} s on one thread, ${ours.grid.twoThreads.toFixed(1)} s on two (${ours.grid.ratio.toFixed(2)})`,
)
const result = {
  cpu: cpus()[0].model.trim(),
  cores,
  networks,
  classical,
  grid: ours.grid,
  versions: theirs.versions,
}
writeFileSync(here('references.json'), `${JSON.stringify(result, null, 2)}\n`)
