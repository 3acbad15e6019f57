import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, readWalls, trespasses } from '../../../scripts/lib/walls.ts'

const PAGE = `# Architecture
\`\`\`walls
core/contract: npm:zod
core: core/contract
hosting: core/contract
training/dataset: core
training/train: core training/dataset
\`\`\`
`
const walls = readWalls(PAGE)
const found = (path: string, text: string) => trespasses(walls, [{ path, text }])

describe('the walls', () => {
  it('let a folder import itself and what its line names', () => {
    expect(found('training/train/loop.ts', "import { a } from './a.ts'")).toEqual([])
    expect(found('training/train/loop.ts', "import { a } from '../dataset/a.ts'")).toEqual([])
    expect(found('training/train/loop.ts', "import { a } from '@zoidberg/core/graph/load.ts'")).toEqual([])
    expect(found('training/train/loop.ts', "import tf from '@tensorflow/tfjs-core'")).toEqual([])
  })
  it.each([
    ['against the direction', 'training/dataset/a.ts', "import { a } from '../train/a.ts'"],
    ['of a type only', 'training/dataset/a.ts', "import type { A } from '../train/a.ts'"],
    ['later', 'training/dataset/a.ts', "const a = await import('../train/a.ts')"],
    ['through an export', 'training/dataset/a.ts', "export { a } from '../train/a.ts'"],
    [
      'from beside the part that is allowed',
      'hosting/src/app.tsx',
      "import { a } from '@zoidberg/core/image.ts'",
    ],
    ['of a package that is not named', 'core/contract/a.ts', "import sharp from 'sharp'"],
  ])('stop an import %s', (_, path, text) => {
    expect(found(path, text)).toEqual([expect.stringContaining(`${path} imports`)])
  })
  it('know every file', () => {
    expect(found('elsewhere/a.ts', '')).toEqual([expect.stringContaining('no folder')])
  })
})

it('finds every import of a file, however it is written', () => {
  const text = `import a from './a.ts'
import type { B } from './b.ts'
export * from './c.ts'
const d = await import('./d.ts')
const e = await import(name)`
  expect(importsOf({ path: 'x.ts', text })).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts'])
})

it('the list in docs/architecture.md has an order: nobody imports what stands below', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/architecture.md'), 'utf8')
  const lines = [...readWalls(page)]
  const isBelow = (name: string, folder: string) => name === folder || folder.startsWith(`${name}/`)
  lines.forEach(([folder, { folders }], i) => {
    const later = lines.slice(i + 1).map(([other]) => other)
    // "training/commands: training" means all of it that stands above.
    const named = folders.filter((name) => name !== 'training')
    expect(
      named.filter((name) => later.some((other) => isBelow(name, other))),
      folder,
    ).toEqual([])
  })
})
