/** The documents that hold generated tables, and the tables that there are. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeStamp, type Stamped } from '../../benchmarks/lib/stamp.ts'
import { markdown, type Tables } from '../../benchmarks/lib/table.ts'
import { root } from '../../scripts/lib/install.ts'
import { tablesIn, withTables } from './markers.ts'

const SOURCES = ['benchmarks/*/table.ts', 'experiments/*/table.ts']
const DOCUMENTS = [
  'README.md',
  'docs/**/*.md',
  'benchmarks/*.md',
  'experiments/**/*.md',
  'models/*/README.md',
]

/** The tables by name, each as the Markdown of today's result. */
export type Renderers = Map<string, () => string>

/** @returns the paths below the repository of all documents that ask for a table */
export const documents = (): string[] =>
  globSync(DOCUMENTS, { cwd: root })
    .filter((path) => tablesIn(readFileSync(join(root, path), 'utf8')).length > 0)
    .sort()

/** @returns every table of every benchmark and experiment */
export async function renderers(): Promise<Renderers> {
  const found: Renderers = new Map()
  for (const path of globSync(SOURCES, { cwd: root, exclude: ['**/lib/**'] })) {
    const { tables }: { tables: Tables<Stamped> } = await import(join(root, path))
    for (const [name, table] of Object.entries(tables))
      found.set(name, () => {
        const result = readResult(path)
        return `${markdown(table(result))}\n\n${describeStamp(result.stamp)}`
      })
  }
  return found
}

/**
 * @param table path of the `table.ts` of a benchmark or an experiment
 * @throws Error naming the command that makes the result, if there is none
 */
function readResult(table: string): Stamped {
  const name = basename(dirname(table))
  const isBenchmark = table.startsWith('benchmarks')
  const path = isBenchmark ? `benchmarks/results/${name}.json` : `experiments/${name}/result.json`
  if (!existsSync(join(root, path)))
    throw new Error(`${path} is missing: npm run ${isBenchmark ? 'bench' : 'experiment'} -- ${name}`)
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

/**
 * @param path of a document below the repository
 * @returns its text with every table as the results have it
 * @throws Error if it asks for a table that does not exist, or has no result
 */
export function rendered(path: string, tables: Renderers): string {
  return withTables(readFileSync(join(root, path), 'utf8'), (name) => {
    const render = tables.get(name)
    if (!render) throw new Error(`${path} asks for "${name}"; there are ${[...tables.keys()].join(', ')}.`)
    return render()
  })
}
