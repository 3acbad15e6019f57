/** Images as engines take them. */
import type { Size } from '../image.ts'

/**
 * @returns the pixels of all images, one after the other
 * @throws Error naming an image of another size
 */
export function joined(images: readonly Uint8Array[], { height, width }: Size): Uint8Array {
  const pixels = new Uint8Array(images.length * height * width)
  images.forEach((image, i) => {
    if (image.length !== height * width)
      throw new Error(`image ${i} has ${image.length} pixels instead of ${height * width}`)
    pixels.set(image, i * height * width)
  })
  return pixels
}
