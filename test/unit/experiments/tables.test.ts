/** Documents and results say the same, and every experiment has all its parts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BENCHMARKS } from '../../../benchmarks/list.ts'
import { documents, rendered, renderers } from '../../../experiments/lib/documents.ts'
import { tablesIn } from '../../../experiments/lib/markers.ts'
import { EXPERIMENTS } from '../../../experiments/list.ts'
import { root } from '../../../scripts/lib/install.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const tables = await renderers()

describe('documents with tables of results', () => {
  it.each(documents())('%s has the tables that `npm run tables` writes', (path) => {
    expect(rendered(path, tables)).toBe(read(path))
  })
})

describe.each(Object.keys(EXPERIMENTS))('experiment %s', (name) => {
  const readme = read(`experiments/${name}/README.md`)

  it('asks a question and gives method, answer and limits', () => {
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['Question', 'Method', 'Answer', 'Limits'])
  })

  it('is listed with its question', () => {
    const { question } = EXPERIMENTS[name as keyof typeof EXPERIMENTS]
    expect(read('experiments/README.md')).toContain(`| [${name}](${name}/README.md) | ${question} |`)
  })

  it('says how to run it with the options it takes', () => {
    const { options } = EXPERIMENTS[name as keyof typeof EXPERIMENTS]
    expect(readme).toContain(`    npm run experiment -- ${name} ${options}`.trimEnd())
  })

  it('shows a table of its own result', () => {
    expect(tablesIn(readme).some((table) => table.split('/')[0] === name)).toBe(true)
  })

  it('has something that writes its result, and a stamp in the result', () => {
    expect(existsSync(join(root, 'experiments', name, 'run.ts'))).toBe(true)
    expect(JSON.parse(read(`experiments/${name}/result.json`))).toHaveProperty('stamp')
  })
})

describe.each(Object.keys(BENCHMARKS))('benchmark %s', (name) => {
  it('has something that writes its result, and a table of it', () => {
    expect(existsSync(join(root, 'benchmarks', name, 'run.ts'))).toBe(true)
    expect([...tables.keys()]).toContainEqual(expect.stringMatching(new RegExp(`^benchmarks/${name}(/|$)`)))
  })

  it('has a stamp in its result, if it was measured', () => {
    const path = `benchmarks/results/${name}.json`
    if (existsSync(join(root, path))) expect(JSON.parse(read(path))).toHaveProperty('stamp')
  })
})
