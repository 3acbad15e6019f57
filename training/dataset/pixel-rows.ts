/** Pixels on disk, an image a row. */
import { readSync } from 'node:fs'

/**
 * Reads one row, which is one image, of a file of pixels.
 *
 * @param file descriptor of the open file
 * @param row from 0 on
 * @param pixels where the row goes; its length is that of every row
 * @returns `pixels`
 * @throws Error if the file ends before the row does
 */
export function readRow(file: number, row: number, pixels: Uint8Array): Uint8Array {
  const bytes = readSync(file, pixels, 0, pixels.length, row * pixels.length)
  if (bytes < pixels.length) throw new Error(`row ${row} of the pixel file is cut off`)
  return pixels
}
