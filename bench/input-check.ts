/**
 * `npm run input-check -- DIR PICTURES [MODEL]`: which images that are no upright chest X-ray get the warning
 * `not-chest-xray`, and how many X-rays get it wrongly. PICTURES is a folder of photographs and drawings of your own; only
 * validation X-rays set the threshold, so every other kind is one it was not made from. Writes bench/input-check.json.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '@zoidberg/core/files.ts'
import { decodeImage, type Size } from '@zoidberg/core/image.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { table } from '@zoidberg/training/terminal.ts'
import sharp, { type Sharp } from 'sharp'

const XRAYS = 200
const DRAWN = 50
/** So that a PNG of any picture is under the API's limit. */
const LONGEST_SIDE = 1024
const [directory, pictures, path = 'models/default'] = process.argv.slice(2)
if (!pictures) throw new Error('say which data set and which pictures: npm run input-check -- DIR PICTURES')

const manifest = parseManifest(JSON.parse(Buffer.from(await folder(path)('manifest.json')).toString()))
const { input: size } = manifest
const dataset = await loadDataset(directory, size)
const validation = partOf(dataset, 'validation').map(dataset.pixels)
const xray = (i: number) => raw(validation[Math.floor((i * validation.length) / XRAYS)], size)
const random = createRandom(1)

function raw(pixels: Uint8Array, { width, height }: Size): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 1 } })
}

const words = 'patient lung clear no effusion heart normal size date report left upper lobe seen'.split(' ')
const page = async () => {
  const text = sharp({
    text: {
      text: Array.from({ length: 160 }, () => words[random.integer(words.length)]).join(' '),
      width: 400 + random.integer(400),
      dpi: 100,
    },
  })
  const margin = 20 + random.integer(60)
  const border = { top: margin, bottom: margin, left: margin, right: margin, background: 'black' }
  // White on black until here; sharp would invert before it adds the margin.
  return sharp(await text.flatten({ background: 'black' }).extend(border).png().toBuffer()).negate()
}

const noise = () => {
  const [mean, spread] = [random.uniform(60, 200), random.uniform(20, 60)]
  const values = Float64Array.from({ length: 256 * 256 }, () => mean + spread * random.uniform(-1.7, 1.7))
  return raw(Uint8Array.from(values, Math.round), { width: 256, height: 256 })
}

const blank = () => {
  const gray = random.integer(256)
  return sharp({
    create: { width: 300, height: 300, channels: 3, background: { r: gray, g: gray, b: gray } },
  })
}

const files = readdirSync(pictures).sort()
/** Parts of pictures too, so that not only whole scenes are tried. */
const picture = async (i: number) => {
  const whole = sharp(readFileSync(join(pictures, files[i % files.length])))
  if (i < files.length) return whole
  const { width, height } = await whole.metadata()
  const side = Math.floor(Math.min(width, height) / 2)
  return whole.extract({
    left: random.integer(width - side),
    top: random.integer(height - side),
    width: side,
    height: side,
  })
}

const KINDS: Record<string, { count: number; draw(i: number): Sharp | Promise<Sharp> }> = {
  'X-rays, turned by 90 degrees': { count: XRAYS, draw: (i) => xray(i).rotate(90) },
  'X-rays, turned by 270 degrees': { count: XRAYS, draw: (i) => xray(i).rotate(270) },
  'X-rays, inverted': { count: XRAYS, draw: (i) => xray(i).negate() },
  'X-rays, upside down': { count: XRAYS, draw: (i) => xray(i).flip() },
  'pages of text': { count: DRAWN, draw: page },
  noise: { count: DRAWN, draw: noise },
  blank: { count: DRAWN, draw: blank },
  'pictures and parts of them': { count: 2 * files.length, draw: picture },
  'the same in gray': { count: 2 * files.length, draw: async (i) => (await picture(i)).grayscale() },
}

async function warningCodes(image: Sharp): Promise<string[]> {
  const bytes = await image
    .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
  const warnings = await warningsFor(bytes, await decodeImage(bytes, size), manifest)
  return warnings.map(({ code }) => code)
}

type Row = { kind: string; images: number; notChestXray: number; anyWarning: number }
const rows: Row[] = []
const count = (kind: string, codes: string[][]) =>
  rows.push({
    kind,
    images: codes.length,
    notChestXray: codes.filter((all) => all.includes('not-chest-xray')).length / codes.length,
    anyWarning: codes.filter((all) => all.length > 0).length / codes.length,
  })
count('X-rays (false alarms)', await Promise.all(validation.map((pixels) => warningCodes(raw(pixels, size)))))
for (const [kind, { count: images, draw }] of Object.entries(KINDS)) {
  const codes: string[][] = []
  for (let i = 0; i < images; i++) codes.push(await warningCodes(await draw(i)))
  count(kind, codes)
}
dataset.close()
const percent = (value: number) => `${(100 * value).toFixed(1)} %`
console.log(
  table([
    ['', 'images', 'not-chest-xray', 'any warning'],
    ...rows.map((row) => [row.kind, row.images, percent(row.notChestXray), percent(row.anyWarning)]),
  ]),
)
writeFileSync(
  new URL('input-check.json', import.meta.url),
  `${JSON.stringify({ model: manifest.id, minCorrelation: size.reference?.minCorrelation, rows }, null, 2)}\n`,
)
