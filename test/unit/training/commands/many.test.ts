/** Many files at once: from a folder into a file that is gone on with. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root as repository } from '../../../../scripts/lib/install.ts'
import { openResults } from '../../../../training/run/results.ts'
import { startZoidberg } from '../../../support/cli.ts'

const MODEL = join(repository, 'models/default')
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-many-'))
  await mkdir(join(root, 'films/deep'), { recursive: true })
  for (const name of ['normal-1', 'virus-1', 'bacteria-1'])
    await cp(join(MODEL, `films/${name}.jpeg`), join(root, 'films', `${name}.jpeg`))
  await cp(join(MODEL, 'films/virus-2.jpeg'), join(root, 'films/deep/=virus, 2.jpeg'))
  await writeFile(join(root, 'films/notes.txt'), 'no image')
  await writeFile(join(root, 'films/.DS_Store'), 'x')
})
afterAll(() => rm(root, { recursive: true }))
const predict = (...args: string[]) => startZoidberg(root, ['predict', '--model', MODEL, ...args]).ended

it('a folder gives a line for each file below it, also for what is no image', async () => {
  const out = join(root, 'answers.jsonl')
  const { code, err } = await predict(join(root, 'films'), '--out', out)
  expect(code, err).toBe(2)
  const lines = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const byName = Object.fromEntries(
    lines.map(({ file, label, error }) => [file.slice(root.length + 7), label ?? error.status]),
  )
  expect(byName).toEqual({
    'bacteria-1.jpeg': 'BACTERIA',
    'deep/=virus, 2.jpeg': 'VIRUS',
    'normal-1.jpeg': 'NORMAL',
    'notes.txt': 400,
    'virus-1.jpeg': 'VIRUS',
  })
})

it('what has a line already is left out, and a line that was cut off is written again', async () => {
  const out = join(root, 'killed.jsonl')
  const [first, second] = (await readFile(join(root, 'answers.jsonl'), 'utf8')).split('\n')
  await writeFile(out, `${first}\n${second.slice(0, 40)}`)
  const { out: said } = await predict(join(root, 'films'), '--out', out, '--json')
  expect(JSON.parse(said)).toMatchObject({ before: 1 })
  const files = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).file)
  expect(files).toHaveLength(5)
  expect(new Set(files).size).toBe(5)
})

it('a table can be read by spreadsheets, which take no name for a formula', async () => {
  const out = join(root, 'answers.csv')
  const ask = () => predict(join(root, 'films/deep/*.jpeg'), join(root, 'films/normal-1.jpeg'), '--out', out)
  await ask()
  await ask()
  const rows: { file: string; label: string; positive: string }[] = parse(await readFile(out, 'utf8'), {
    columns: true,
  })
  expect(rows.map(({ label, positive }) => [label, positive]).toSorted()).toEqual([
    ['NORMAL', 'false'],
    ['VIRUS', 'true'],
  ])
})

it('a name like a formula is text for spreadsheets, and is known again', async () => {
  const out = join(root, 'formula.csv')
  const error = { type: 'urn:x', title: 'x', status: 400, detail: '=no, "image"' }
  await (await openResults(out)).add({ file: '=1+1.jpeg', error })
  expect(await readFile(out, 'utf8')).toContain(`'=1+1.jpeg`)
  expect([...(await openResults(out)).done]).toEqual(['=1+1.jpeg'])
})

it('a pattern without a file, and another ending, are bad usage', async () => {
  expect((await predict(join(root, 'nothing/*.dcm'))).err).toContain('There is no file in')
  expect((await predict(join(root, 'films'), '--out', 'x.xlsx')).err).toContain('ends in .jsonl or .csv')
})
