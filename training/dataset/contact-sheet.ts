/** Many small images on one PNG, with captions. */
import type { Size } from '@zoidberg/core/image.ts'
import sharp from 'sharp'

const COLUMNS = 8
const CAPTION = 18
const TITLE = 34
const GAP = 6

type Cell = { pixels: Uint8Array; caption: string }

/**
 * Writes images side by side, eight in a row, into one PNG.
 *
 * @param path of the PNG
 * @param cells uint8 gray values of `size`, row by row, each with a caption
 * @param options the size of every image, in pixels, and the title above them
 */
export async function contactSheet(
  path: string,
  cells: Cell[],
  { size: { width, height }, title }: { size: Size; title: string },
): Promise<void> {
  const columns = Math.min(COLUMNS, cells.length)
  const rows = Math.ceil(cells.length / columns)
  const at = (i: number) => ({
    left: GAP + (i % columns) * (width + GAP),
    top: TITLE + Math.floor(i / columns) * (height + CAPTION + GAP),
  })
  const total = { width: columns * (width + GAP) + GAP, height: TITLE + rows * (height + CAPTION + GAP) }
  const captions = cells
    .map(({ caption }, i) => text({ x: at(i).left + 2, y: at(i).top + height + 13, size: 12 }, caption))
    .join('')
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${total.width}" height="${total.height}">${text({ x: GAP, y: 23, size: 18 }, title)}${captions}</svg>`
  const images = cells.map(({ pixels }, i) => ({
    input: Buffer.from(pixels),
    raw: { width, height, channels: 1 as const },
    ...at(i),
  }))
  await sharp({ create: { ...total, channels: 3, background: '#10151f' } })
    .composite([...images, { input: await renderSvg(overlay), left: 0, top: 0 }])
    .png()
    .toFile(path)
}

const text = ({ x, y, size }: { x: number; y: number; size: number }, value: string): string =>
  `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="#dbe4f0">${value.replace(/[<&>]/g, '')}</text>`

/** Our own drawing: the only SVG this program opens, so the loader is unlocked for it alone. */
async function renderSvg(svg: string): Promise<Buffer> {
  sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] })
  try {
    return await sharp(Buffer.from(svg)).png().toBuffer()
  } finally {
    sharp.block({ operation: ['VipsForeignLoadSvgBuffer'] })
  }
}
