/** The grid of an activation map over the image it is of. */
import type { Size } from '@zoidberg/core/image.ts'

/**
 * Lays the grid of a map over an image.
 *
 * @param size of the image, in pixels
 * @param map how many cells the map has along each side
 * @returns of each pixel, row by row, the index of the map's cell it lies in
 */
export const cellsOf = ({ width, height }: Size, map: Size): Int32Array =>
  Int32Array.from({ length: width * height }, (_, i) => {
    const column = Math.floor(((i % width) * map.width) / width)
    const row = Math.floor((Math.floor(i / width) * map.height) / height)
    return row * map.width + column
  })
