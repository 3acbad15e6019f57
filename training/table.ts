/** Tables as plain text, for terminals and reports alike. */

/**
 * Lays out rows in columns as wide as their widest cell, numbers to the right and words to the left.
 *
 * @param rows the heads first; as many cells in each row as in the first
 * @returns one line per row, without trailing spaces
 */
export function table(rows: (string | number)[][]): string {
  const widths = rows[0].map((_, k) => rows.reduce((width, row) => Math.max(width, String(row[k]).length), 0))
  const line = (row: (string | number)[]) =>
    row
      .map((cell, k) =>
        /^[\d.,–%[\] ]+$/.test(String(cell))
          ? String(cell).padStart(widths[k])
          : String(cell).padEnd(widths[k]),
      )
      .join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}
