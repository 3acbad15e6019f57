/** Images that are no upright chest X-ray. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Size } from '@zoidberg/core/image.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import sharp, { type Sharp } from 'sharp'

const XRAYS = 200
const DRAWN = 50
const WORDS = 'patient lung clear no effusion heart normal size date report left upper lobe seen'.split(' ')

export type Category = { count: number; draw(i: number): Sharp | Promise<Sharp> }

/** @returns an image of gray values */
export const grayImage = (pixels: Uint8Array, { width, height }: Size): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 1 } })

/**
 * @param xrays gray values of real X-rays, to be turned and inverted
 * @param pictures folder of photographs and drawings
 * @returns by its name how to draw each category
 */
export function categories(xrays: Uint8Array[], size: Size, pictures: string): Record<string, Category> {
  const random = createRandom(1)
  const xray = (i: number) => grayImage(xrays[Math.floor((i * xrays.length) / XRAYS)], size)
  const files = readdirSync(pictures).sort()

  /** First every whole picture, then a part of each, so that not only whole scenes are tried. */
  async function picture(i: number): Promise<Sharp> {
    const whole = sharp(readFileSync(join(pictures, files[i % files.length])))
    if (i < files.length) return whole
    const { width, height } = await whole.metadata()
    const side = Math.floor(Math.min(width, height) / 2)
    const [left, top] = [random.integer(width - side), random.integer(height - side)]
    return whole.extract({ left, top, width: side, height: side })
  }

  async function page(): Promise<Sharp> {
    const text = Array.from({ length: 160 }, () => WORDS[random.integer(WORDS.length)]).join(' ')
    const drawn = sharp({ text: { text, width: 400 + random.integer(400), dpi: 100 } })
    const margin = 20 + random.integer(60)
    const border = { top: margin, bottom: margin, left: margin, right: margin, background: 'black' }
    // White on black until here; sharp would invert before it adds the margin.
    return sharp(await drawn.flatten({ background: 'black' }).extend(border).png().toBuffer()).negate()
  }

  function noise(): Sharp {
    const [mean, spread] = [random.uniform(60, 200), random.uniform(20, 60)]
    const values = Float64Array.from({ length: 256 * 256 }, () => mean + spread * random.uniform(-1.7, 1.7))
    return grayImage(Uint8Array.from(values, Math.round), { width: 256, height: 256 })
  }

  function blank(): Sharp {
    const gray = random.integer(256)
    const background = { r: gray, g: gray, b: gray }
    return sharp({ create: { width: 300, height: 300, channels: 3, background } })
  }

  return {
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
}
