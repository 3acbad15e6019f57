/**
 * Synthetic chest phantoms: drawings that stand in for X-rays where there are none (tests, a first try, the gallery).
 * They look like a chest from afar and prove nothing about medicine; wherever they show they are called synthetic.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom, type Random } from '../random.ts'

export type PhantomLabel = 'NORMAL' | 'BACTERIA' | 'VIRUS'
export const PHANTOM_LABELS: PhantomLabel[] = ['NORMAL', 'BACTERIA', 'VIRUS']

/** A data set with this file is synthetic. */
export const PHANTOM_MARK = 'SYNTHETIC.txt'
const MARK_TEXT =
  'These images are synthetic chest phantoms drawn by `zoidberg phantoms`. None of them is an X-ray.\n'

/**
 * Draws one phantom.
 *
 * @param label what its lungs show
 * @param seed the same seed draws the same chest at any size
 * @returns uint8 gray values, row by row, `height * width`
 */
export function drawPhantom(
  label: PhantomLabel,
  seed: number,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const random = createRandom(seed)
  const chest = drawChest(random)
  const opacities =
    label === 'NORMAL' ? [] : label === 'BACTERIA' ? lobarOpacity(random) : diffuseOpacities(random)
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
        value += spot.strength * blob(x, y, spot) * air
      }
      pixels[row * width + column] = Math.max(0, Math.min(255, value + 3 * (noise.uniform() - 0.5)))
    }
  }
  return pixels
}

type Ellipse = { x: number; y: number; rx: number; ry: number }
type Spot = Ellipse & { strength: number }

const blob = (x: number, y: number, { x: cx, y: cy, rx, ry }: Ellipse): number =>
  Math.exp(-(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2))
const inside = (distance: number, softness: number): number => 1 / (1 + Math.exp((distance - 1) / softness))
/** Distance from the middle of an ellipse; 1 on its border. */
const distance = (x: number, y: number, { x: cx, y: cy, rx, ry }: Ellipse): number =>
  Math.hypot((x - cx) / rx, (y - cy) / ry)
const lungs = (x: number, y: number): number =>
  Math.max(
    inside(distance(x, y, { x: 0.31, y: 0.5, rx: 0.16, ry: 0.3 }), 0.08),
    inside(distance(x, y, { x: 0.69, y: 0.5, rx: 0.16, ry: 0.3 }), 0.08),
  )

/** Body, lungs, ribs, spine and heart of one child as gray values. */
function drawChest(random: Random): (x: number, y: number) => number {
  const exposure = random.uniform(0.9, 1.1)
  const ribs = random.uniform(9, 12)
  const phase = random.uniform(0, 2 * Math.PI)
  const heart = random.uniform(0.13, 0.17)
  const wide = random.uniform(0.44, 0.5)
  return (x, y) => {
    const body = inside(distance(x, y, { x: 0.5, y: 0.62, rx: wide, ry: 0.7 }), 0.03)
    const air = lungs(x, y)
    const rib = 0.5 + 0.5 * Math.cos(2 * Math.PI * ribs * (y - 0.35 * (x - 0.5) ** 2) + phase)
    const shadow = inside(distance(x, y, { x: 0.55, y: 0.63, rx: heart, ry: 0.2 }), 0.06)
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

/**
 * Draws one phantom as a file.
 *
 * @param label what its lungs show
 * @param seed the same seed draws the same chest at any size
 * @returns a JPEG
 */
export const phantomJpeg = (
  label: PhantomLabel,
  seed: number,
  size: { width: number; height: number },
): Promise<Buffer> =>
  sharp(drawPhantom(label, seed, size), { raw: { ...size, channels: 1 } })
    .jpeg({ quality: 90 })
    .toBuffer()

type PhantomSet = { count: number; seed: number; size?: { width: number; height: number } }

/**
 * Writes phantoms in class folders, one in three normal, named as the Kaggle files are so that patients are known.
 *
 * @param directory is made if it is not there
 * @param options how many, the seed that draws them, and their size in pixels
 */
export async function writePhantoms(
  directory: string,
  { count, seed, size = { width: 224, height: 224 } }: PhantomSet,
): Promise<void> {
  await mkdir(join(directory, 'NORMAL'), { recursive: true })
  await mkdir(join(directory, 'PNEUMONIA'), { recursive: true })
  await writeFile(join(directory, PHANTOM_MARK), MARK_TEXT)
  for (let i = 0; i < count; i++) {
    const label = PHANTOM_LABELS[i % 3]
    const jpeg = await phantomJpeg(label, seed * 100_003 + i, size)
    const number = String(i).padStart(4, '0')
    const name =
      label === 'NORMAL'
        ? `NORMAL/IM-${number}-0001.jpeg`
        : `PNEUMONIA/person${i}_${label.toLowerCase()}_${i}.jpeg`
    await writeFile(join(directory, name), jpeg)
  }
}
