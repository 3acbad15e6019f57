/**
 * Synthetic chest phantoms: drawings that stand in for X-rays where there are none (tests, a first try, the gallery).
 * They look like a chest from afar and prove nothing about medicine; wherever they show they are called synthetic.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom, type Random } from '../random.ts'

export type PhantomKind = 'NORMAL' | 'BACTERIA' | 'VIRUS'
export const PHANTOM_KINDS: PhantomKind[] = ['NORMAL', 'BACTERIA', 'VIRUS']

/** A data set with this file is synthetic. */
export const PHANTOM_MARK = 'SYNTHETIC.txt'
const MARK_TEXT =
  'These images are synthetic chest phantoms drawn by `zoidberg phantoms`. None of them is an X-ray.\n'

/**
 * Draws one phantom.
 *
 * @param seed the same seed draws the same chest at any size
 * @returns uint8 gray values, row by row, `height * width`
 */
export function drawPhantom(
  kind: PhantomKind,
  seed: number,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const random = createRandom(seed)
  const chest = drawChest(random)
  const opacities =
    kind === 'NORMAL' ? [] : kind === 'BACTERIA' ? lobarOpacity(random) : diffuseOpacities(random)
  const noise = createRandom(seed, 1)
  const pixels = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5) / width
      const y = (row + 0.5) / height
      let value = chest(x, y)
      const air = opacities.length > 0 ? lungs(x, y) : 0
      for (const spot of opacities) {
        if (air < 0.01 || Math.abs(x - spot.x) > 3 * spot.rx || Math.abs(y - spot.y) > 3 * spot.ry) continue
        value += spot.strength * blob(x, y, spot.x, spot.y, spot.rx, spot.ry) * air
      }
      pixels[row * width + column] = Math.max(0, Math.min(255, value + 3 * (noise.uniform() - 0.5)))
    }
  }
  return pixels
}

type Spot = { x: number; y: number; rx: number; ry: number; strength: number }

const blob = (x: number, y: number, cx: number, cy: number, rx: number, ry: number): number =>
  Math.exp(-(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2))
const inside = (distance: number, softness: number): number => 1 / (1 + Math.exp((distance - 1) / softness))
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number): number =>
  Math.hypot((x - cx) / rx, (y - cy) / ry)
const lungs = (x: number, y: number): number =>
  Math.max(
    inside(ellipse(x, y, 0.31, 0.5, 0.16, 0.3), 0.08),
    inside(ellipse(x, y, 0.69, 0.5, 0.16, 0.3), 0.08),
  )

/** Body, lungs, ribs, spine and heart of one child as gray values. */
function drawChest(random: Random): (x: number, y: number) => number {
  const exposure = random.uniform(0.9, 1.1)
  const ribs = random.uniform(9, 12)
  const phase = random.uniform(0, 2 * Math.PI)
  const heart = random.uniform(0.13, 0.17)
  const wide = random.uniform(0.44, 0.5)
  return (x, y) => {
    const body = inside(ellipse(x, y, 0.5, 0.62, wide, 0.7), 0.03)
    const air = lungs(x, y)
    const rib = 0.5 + 0.5 * Math.cos(2 * Math.PI * ribs * (y - 0.35 * (x - 0.5) ** 2) + phase)
    const shadow = inside(ellipse(x, y, 0.55, 0.63, heart, 0.2), 0.06)
    const spine = Math.exp(-(((x - 0.5) / 0.05) ** 2))
    const value = 12 + 150 * body - 100 * air + 22 * rib * air + 85 * shadow + 40 * spine * body
    return Math.min(235, value * exposure)
  }
}

/** One dense patch in one lung. */
function lobarOpacity(random: Random): Spot[] {
  const x = random.uniform() < 0.5 ? random.uniform(0.25, 0.36) : random.uniform(0.64, 0.75)
  return [
    {
      x,
      y: random.uniform(0.38, 0.68),
      rx: random.uniform(0.08, 0.12),
      ry: random.uniform(0.09, 0.14),
      strength: random.uniform(80, 115),
    },
  ]
}

/** Many faint spots in both lungs. */
function diffuseOpacities(random: Random): Spot[] {
  return Array.from({ length: 26 }, (_, i) => ({
    x: (i % 2 ? 0.31 : 0.69) + random.uniform(-0.12, 0.12),
    y: random.uniform(0.28, 0.74),
    rx: random.uniform(0.018, 0.04),
    ry: random.uniform(0.018, 0.04),
    strength: random.uniform(30, 60),
  }))
}

export const phantomJpeg = (
  kind: PhantomKind,
  seed: number,
  size: { width: number; height: number },
): Promise<Buffer> =>
  sharp(drawPhantom(kind, seed, size), { raw: { ...size, channels: 1 } })
    .jpeg({ quality: 90 })
    .toBuffer()

/** Writes `count` phantoms in class folders, one in three normal, named as the Kaggle files are so that patients are known. */
export async function writePhantoms(
  directory: string,
  count: number,
  seed: number,
  size = { width: 224, height: 224 },
) {
  await mkdir(join(directory, 'NORMAL'), { recursive: true })
  await mkdir(join(directory, 'PNEUMONIA'), { recursive: true })
  await writeFile(join(directory, PHANTOM_MARK), MARK_TEXT)
  for (let i = 0; i < count; i++) {
    const kind = PHANTOM_KINDS[i % 3]
    const jpeg = await phantomJpeg(kind, seed * 100_003 + i, size)
    const number = String(i).padStart(4, '0')
    const name =
      kind === 'NORMAL'
        ? `NORMAL/IM-${number}-0001.jpeg`
        : `PNEUMONIA/person${i}_${kind.toLowerCase()}_${i}.jpeg`
    await writeFile(join(directory, name), jpeg)
  }
}
