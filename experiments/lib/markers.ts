/** Generated tables in documents: everything from a line `<!-- table: NAME -->` to `<!-- /table -->`. */

const OPENING = /^<!-- table: (\S+) -->/gm
const BLOCK = /^<!-- table: (\S+) -->[\s\S]*?<!-- \/table -->/gm

/** @returns the names of the tables that a document asks for */
export const tablesIn = (text: string): string[] => [...text.matchAll(OPENING)].map(([, name]) => name)

/**
 * Puts tables between their markers.
 *
 * @param render gives the Markdown of a table by its name
 * @returns the document with every table as `render` gives it
 * @throws Error if a marker is not closed
 */
export function withTables(text: string, render: (name: string) => string): string {
  const blocks = [...text.matchAll(BLOCK)]
  const isClosed = blocks.every(([block]) => tablesIn(block).length === 1)
  if (!isClosed || blocks.length !== tablesIn(text).length) throw new Error('a table has no <!-- /table -->')
  return text.replace(BLOCK, (_, name) => `<!-- table: ${name} -->\n\n${render(name)}\n\n<!-- /table -->`)
}
