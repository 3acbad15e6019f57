/** What training knows of lungs: a template that follows each augmented copy, to be looked at or to be hidden. */
import type { Size } from '@zoidberg/core/image.ts'
import { type Affine, resample } from '../augmentation/augmentation.ts'
import { cellsOf } from '../map-grid.ts'

/**
 * Where lungs are in the images of a data set, the grid of the network's activation map, and the probability that the lungs
 * of a sample are hidden and its label is `UNKNOWN`.
 */
export type Guide = { lungs: Uint8Array; map: Size; hidden: number }

/**
 * The template for images of one size, ready to go through many geometries.
 *
 * @param size of the template
 * @returns writes into `into` how much of each cell of the map is lung, once the template went through an image's geometry
 */
export function followLungs(
  { lungs, map }: Pick<Guide, 'lungs' | 'map'>,
  size: Size,
): (affine: Affine, into: Float32Array) => void {
  const cells = cellsOf(size, map)
  const pixels = new Float32Array(map.height * map.width)
  for (const cell of cells) pixels[cell]++
  const moved = new Float32Array(lungs.length)
  return (affine, into) => {
    resample(lungs, size, affine, moved)
    into.fill(0)
    moved.forEach((share, i) => (into[cells[i]] += share))
    into.forEach((sum, cell) => (into[cell] = sum / pixels[cell]))
  }
}

/** Share of lung from which on a cell is hidden. */
const MUCH_LUNG = 0.2

/**
 * Paints the cells of the map that show lung over. What is left is mostly the frame, which tells the classes of this data set
 * apart (docs/FINDINGS.md): a network that has to answer such images with "no idea" is meant to need the lungs.
 *
 * @param image gray values, changed in place
 * @param cellOf each pixel's cell
 * @param lungs share of lung in each cell
 * @param gray 0..255
 */
export function hideLungs(image: Float32Array, cellOf: Int32Array, lungs: Float32Array, gray: number): void {
  cellOf.forEach((cell, i) => {
    if (lungs[cell] > MUCH_LUNG) image[i] = gray
  })
}
