/**
 * What training knows of lungs: a template that follows each augmented copy. Attention guidance wants the evidence in it,
 * masked lungs paint it over.
 */
import type { Size } from '@zoidberg/core/image.ts'
import { type Affine, resample } from '../augmentation/augmentation.ts'
import { cellsOf } from '../networks/activation-grid.ts'

/**
 * @property template where lungs are in the images of a data set: 1 inside, 0 outside, row by row
 * @property grid how many cells the network's activation map has along each side
 * @property maskedShare the probability that the lungs of a sample are masked and its label is `UNKNOWN`
 */
export type LungTemplate = { template: Uint8Array; grid: Size; maskedShare: number }

/**
 * Makes a template ready to go through many geometries.
 *
 * @param size of the template, in pixels
 * @returns writes into `into` how much of each cell of the map is lung, in [0, 1], once the template went through an
 *   image's geometry
 */
export function followLungs(
  { template, grid }: Pick<LungTemplate, 'template' | 'grid'>,
  size: Size,
): (affine: Affine, into: Float32Array) => void {
  const cells = cellsOf(size, grid)
  const pixels = new Float32Array(grid.height * grid.width)
  for (const cell of cells) pixels[cell]++
  const moved = new Float32Array(template.length)
  return (affine, into) => {
    resample(template, { size, affine, into: moved })
    into.fill(0)
    moved.forEach((share, i) => (into[cells[i]] += share))
    into.forEach((sum, cell) => (into[cell] = sum / pixels[cell]))
  }
}

/** Share of lung from which on a cell is masked. */
const MUCH_LUNG = 0.2

/**
 * Masks the lungs: paints the cells of the map over that show lung. What is left tells the classes of this data set
 * apart without showing the disease (docs/findings.md): a network that has to answer such images with "every class is
 * as likely" is meant to need the lungs.
 *
 * @param image gray values, changed in place
 * @param options of each pixel its cell, of each cell its share of lung, and the gray (0..255) that covers it
 */
export function maskLungs(
  image: Float32Array,
  { cellOf, shares, gray }: { cellOf: Int32Array; shares: Float32Array; gray: number },
): void {
  cellOf.forEach((cell, i) => {
    if (shares[cell] > MUCH_LUNG) image[i] = gray
  })
}
