/** Images side by side with a line under each, as one SVG text that holds them all. */

const SIDE = 170
const CAPTION = 20
const GAP = 10
const TITLE = 30

export type Picture = { png: Buffer; caption: string }

/**
 * Draws pictures in a grid.
 *
 * @param pictures a PNG each, with the line under it
 * @param columns pictures in a row; there are as many rows as it takes
 * @returns an SVG text that holds the pictures
 */
export function imageGrid(title: string, pictures: Picture[], columns: number): string {
  const rows = Math.ceil(pictures.length / columns)
  const [width, height] = [columns * (SIDE + GAP), TITLE + rows * (SIDE + CAPTION + GAP)]
  const cells = pictures.map(({ png, caption }, i) => {
    const [x, y] = [(i % columns) * (SIDE + GAP), TITLE + Math.floor(i / columns) * (SIDE + CAPTION + GAP)]
    const href = `data:image/png;base64,${png.toString('base64')}`
    return `<image x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" preserveAspectRatio="none" href="${href}"/>
<text x="${x}" y="${y + SIDE + 14}" font-size="11">${escapeXml(caption)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" fill="#1a1a1a">
<text x="0" y="18" font-size="14" font-weight="bold">${escapeXml(title)}</text>
${cells.join('\n')}</svg>`
}

/** @returns a text that cannot become markup, in SVG and HTML alike */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string)
