import { readSync } from 'node:fs'

/**
 * Reads one row, which is one image, of a file of pixels into `pixels`.
 *
 * @throws Error if the file ends before the row does
 */
export function readRow(file: number, row: number, pixels: Uint8Array): Uint8Array {
  const bytes = readSync(file, pixels, 0, pixels.length, row * pixels.length)
  if (bytes < pixels.length) throw new Error(`row ${row} of the pixel file is cut off`)
  return pixels
}
