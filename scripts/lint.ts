/**
 * `npm run lint`: format, suspicious code, undeclared packages and import cycles by Biome; then the walls between folders and
 * the docstrings, which Biome has no rules for.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOfDocstrings } from './lib/docstrings.ts'
import { main } from './lib/fail.ts'
import { root } from './lib/install.ts'
import { readWalls, trespasses } from './lib/walls.ts'

const SOURCES = '{core,client,functions,training,hosting,benchmarks,experiments,deploy,scripts}/**/*.{ts,tsx}'

await main(async () => {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const args = ['check', '--error-on-warnings', ...process.argv.slice(2), '.']
  const { status } = spawnSync(process.execPath, [biome, ...args], { cwd: root, stdio: 'inherit' })
  const walls = readWalls(readFileSync(join(root, 'docs/architecture.md'), 'utf8'))
  const skipped = ['**/node_modules/**', '**/dist/**', 'functions/lib/**']
  const paths = globSync(SOURCES, { cwd: root, exclude: skipped }).map((path) => path.replaceAll('\\', '/'))
  const sources = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const faults = [...trespasses(walls, sources), ...sources.flatMap(faultsOfDocstrings)]
  for (const sentence of faults) console.error(sentence)
  console.error(`${sources.length} files, ${faults.length} faults of walls and docstrings.`)
  return status !== 0 || faults.length > 0 ? 1 : 0
})
