/** The grid of an activation map over the image it is of. */
import type { Size } from '@zoidberg/core/image.ts'

/** Index of the map's cell that each pixel lies in, row by row. */
export const cellsOf = ({ width, height }: Size, map: Size): Int32Array =>
  Int32Array.from({ length: width * height }, (_, i) => {
    const column = Math.floor(((i % width) * map.width) / width)
    const row = Math.floor((Math.floor(i / width) * map.height) / height)
    return row * map.width + column
  })
