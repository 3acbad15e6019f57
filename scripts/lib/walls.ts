/**
 * Which folder may import which. The one list is the block "walls" of docs/architecture.md, a line per folder:
 *
 *     training/dataset: core training/random npm:sharp
 *
 * A folder may import itself and what its line names, with everything below that. Type-only imports count.
 */
import { join, normalize, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'

/** Folders, each with what it may import: other folders, and packages where any is named. */
export type Walls = Map<string, { folders: string[]; packages: string[] | undefined }>
export type Source = { path: string; text: string }

const PACKAGE = 'npm:'

/**
 * @param page docs/architecture.md
 * @returns its list
 * @throws Error if there is none
 */
export function readWalls(page: string): Walls {
  const block = page.match(/```walls\n([\s\S]*?)```/)?.[1]
  if (!block) throw new Error('docs/architecture.md has no block of walls')
  const lines = block.split('\n').filter((line) => line.includes(':'))
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      const words = line
        .slice(at + 1)
        .split(/\s+/)
        .filter(Boolean)
      const packages = words
        .filter((word) => word.startsWith(PACKAGE))
        .map((word) => word.slice(PACKAGE.length))
      const folders = words.filter((word) => !word.startsWith(PACKAGE))
      return [line.slice(0, at).trim(), { folders, packages: packages.length > 0 ? packages : undefined }]
    }),
  )
}

/** @returns every module that a file imports, exports from or loads later, as it is written there */
export function importsOf({ path, text }: Source): string[] {
  const { module } = parseSync(path, text)
  const literals = module.dynamicImports
    .map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end))
    .filter((word) => /^(['"]).*\1$/.test(word))
    .map((word) => word.slice(1, -1))
  const reExported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
  )
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reExported, ...literals]
}

/**
 * @param imported as written
 * @returns the path below the repository, or undefined for a package
 */
function targetOf(path: string, imported: string): string | undefined {
  if (imported.startsWith('@zoidberg/')) return imported.slice('@zoidberg/'.length)
  if (!imported.startsWith('.')) return undefined
  return relative('.', normalize(join(path, '..', imported))).replaceAll(sep, '/')
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** @returns a sentence for every import that its folder's line does not name */
export function trespasses(walls: Walls, sources: readonly Source[]): string[] {
  const folders = [...walls.keys()].sort((a, b) => b.length - a.length)
  const homeOf = (path: string) => folders.find((folder) => isBelow(path, folder))
  return sources.flatMap((source) => {
    const home = homeOf(source.path)
    if (home === undefined) return [`${source.path} lies in no folder that docs/architecture.md lists.`]
    const { folders: allowed, packages } = walls.get(home) as { folders: string[]; packages?: string[] }
    return importsOf(source).flatMap((imported) => {
      const target = targetOf(source.path, imported)
      if (target === undefined) {
        const isAllowed = !packages || packages.some((name) => isBelow(imported, name))
        return isAllowed ? [] : [`${source.path} imports ${imported}, which ${home} may not.`]
      }
      const other = homeOf(target)
      const isAllowed = other === home || allowed.some((folder) => isBelow(target, folder))
      return isAllowed ? [] : [`${source.path} imports ${target}: ${home} may not import ${other ?? target}.`]
    })
  })
}
