/** The edge of the strong places of a map. Pure. */

/** Of full strength: what is stronger lies inside. The map's colours are opaque by two thirds at full strength. */
const INSIDE = 0.5 * (170 / 255)

/**
 * @param rgba pixels of the map, row by row
 * @param size of the map, in pixels
 * @param thickness of the line, in pixels
 * @returns pixels of the same size: a line where the strong places end, and nothing else
 */
export function outlineOf(
  rgba: Uint8ClampedArray,
  { width, height }: { width: number; height: number },
  thickness = 2,
): Uint8ClampedArray<ArrayBuffer> {
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && rgba[4 * (y * width + x) + 3] / 255 >= INSIDE
  const line = new Uint8ClampedArray(rgba.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y)) continue
      const isEdge =
        !isInside(x - thickness, y) ||
        !isInside(x + thickness, y) ||
        !isInside(x, y - thickness) ||
        !isInside(x, y + thickness)
      if (isEdge) line.set([94, 234, 212, 255], 4 * (y * width + x))
    }
  return line
}

/** @returns the address of a picture of the outline */
export async function drawOutline(png: string): Promise<string> {
  const image = new Image()
  image.src = `data:image/png;base64,${png}`
  await image.decode()
  const { naturalWidth: width, naturalHeight: height } = image
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  context.putImageData(new ImageData(outlineOf(data, { width, height }), width, height), 0, 0)
  return canvas.toDataURL()
}
