/** Tables in Markdown, for terminals and for documents. */

/** The first row is the head. */
export type Table = (string | number)[][]

/** The tables that are made of one result, by the names that markers in documents use. */
export type Tables<Result> = Record<string, (result: Result) => Table>

/**
 * Renders a table.
 *
 * @param isPadded whether columns are as wide as their widest cell, which people read more easily in a terminal
 * @returns Markdown without a line feed at the end
 */
export function markdown(table: Table, isPadded = false): string {
  const [head, ...body] = table.map((row) => row.map(String))
  const widthOf = (k: number) => Math.max(3, ...[head, ...body].map((row) => row[k].length))
  const widths = head.map((_, k) => (isPadded ? widthOf(k) : 0))
  const line = (cells: string[]) => `| ${cells.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width > 0 ? width + 2 : 3)).join('|')}|`
  return [line(head), rule, ...body.map(line)].join('\n')
}
