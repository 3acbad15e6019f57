/**
 * Augmentation: random changes that a child's X-ray could show by itself. One implementation, for training on the fly
 * and for `zoidberg augment` to disk. Geometry is one affine map per image, sampled once, so nothing is blurred twice.
 */
import type { Size } from '@zoidberg/core/image.ts'
import type { Random } from '../random.ts'

/** What is left out does not happen. Strengths are symmetric: drawn uniformly from both sides of no change. */
export type Augmentation = {
  /** Probability of a horizontal mirror image. */
  readonly flip?: number
  /** Probability of a vertical one. */
  readonly flipVertical?: number
  /** Up to so many degrees. */
  readonly rotation?: number
  /** Up to this share larger or smaller. */
  readonly zoom?: number
  /** Up to this share of the side. */
  readonly shift?: number
  /** Random resized crop: the share of the area that is shown, from and to; over 1 the border is repeated around it. */
  readonly crop?: readonly [low: number, high: number]
  /** Up to this factor wider or higher; at least 1. */
  readonly aspect?: number
  /** Up to this share of full scale brighter or darker. */
  readonly brightness?: number
  /** Up to this share more or less. */
  readonly contrast?: number
  /** Exponent up to this factor's exponential: exp(±gamma). */
  readonly gamma?: number
  /** Probability of a 3 x 3 binomial blur. */
  readonly blur?: number
  /** Up to this standard deviation, in shares of full scale. */
  readonly noise?: number
  /** Probability that a random rectangle is replaced by gray (Zhong et al. 2020). */
  readonly erasing?: number
}

/** What the student report wrote to disk: rotation 20 degrees, zoom 0.2, shifts 0.1, both flips. */
export const STUDENT_AUGMENTATION: Augmentation = {
  flip: 0.5,
  flipVertical: 0.5,
  rotation: 20,
  zoom: 0.2,
  shift: 0.1,
}

/** @returns whether nothing is changed at all */
export const isNoAugmentation = (augmentation: Augmentation): boolean =>
  Object.keys(augmentation).length === 0

/**
 * @property size of the image, in pixels
 * @property random decides everything: the same generator state gives the same copy
 * @property into where the result goes, 0..255, not rounded
 */
export type AugmentOptions = { size: Size; augmentation: Augmentation; random: Random; into: Float32Array }

/**
 * Draws one augmented copy.
 *
 * @param pixels uint8 gray values, row by row
 * @returns the geometry that was drawn, for whatever has to follow the image
 */
export function augment(pixels: Uint8Array, { size, augmentation: a, random, into }: AugmentOptions): Affine {
  const affine = drawAffine(a, random)
  resample(pixels, { size, affine, into })
  if (a.blur && random.uniform() < a.blur) blur(into, size)
  tone(into, a, random)
  if (a.noise) addNoise(into, random.uniform(0, a.noise) * 255, random)
  if (a.erasing && random.uniform() < a.erasing) erase(into, size, random)
  return affine
}

/** Maps an output position in [-1, 1]² to a source position in [-1, 1]²: `[xx, xy, x0, yx, yy, y0]`. */
export type Affine = [number, number, number, number, number, number]

function drawAffine(a: Augmentation, random: Random): Affine {
  const both = (strength = 0) => (strength ? random.uniform(-strength, strength) : 0)
  const angle = (both(a.rotation) * Math.PI) / 180
  const side = a.crop ? Math.sqrt(random.uniform(...a.crop)) : 1
  const zoom = side * (1 + both(a.zoom))
  const aspect = a.aspect ? Math.exp(both(Math.log(a.aspect)) / 2) : 1
  const mirror = a.flip && random.uniform() < a.flip ? -1 : 1
  const flip = a.flipVertical && random.uniform() < a.flipVertical ? -1 : 1
  const [scaleX, scaleY] = [zoom * aspect * mirror, (zoom / aspect) * flip]
  const room = a.crop ? Math.abs(1 - side) : 0
  const [x0, y0] = [both(2 * (a.shift ?? 0)) + both(room), both(2 * (a.shift ?? 0)) + both(room)]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [cos * scaleX, -sin * scaleY, x0, sin * scaleX, cos * scaleY, y0]
}

/**
 * Samples an image bilinearly at the positions of a geometry; beyond the border the nearest pixel goes on. Stepped
 * along each row: this is the hot loop.
 *
 * @param pixels of `size`, row by row
 * @param options the size in pixels, the geometry, and where the result goes, not rounded
 */
export function resample(
  pixels: Uint8Array,
  { size: { width, height }, affine, into }: { size: Size; affine: Affine; into: Float32Array },
): void {
  const [xx, xy, x0, yx, yy, y0] = affine
  const [right, bottom] = [width - 1, height - 1]
  const [stepX, stepY] = [xx, (yx * height) / width]
  const u = 1 / width - 1
  for (let row = 0, at = 0; row < height; row++) {
    const v = (2 * row + 1) / height - 1
    const startX = ((xx * u + xy * v + x0 + 1) * width - 1) / 2
    const startY = ((yx * u + yy * v + y0 + 1) * height - 1) / 2
    for (let column = 0; column < width; column++, at++) {
      const x = clamp(startX + column * stepX, right)
      const y = clamp(startY + column * stepY, bottom)
      let left = x | 0
      if (left === right) left--
      let top = y | 0
      if (top === bottom) top--
      const from = top * width + left
      const fx = x - left
      const upper = pixels[from] + fx * (pixels[from + 1] - pixels[from])
      const below = from + width
      const lower = pixels[below] + fx * (pixels[below + 1] - pixels[below])
      into[at] = upper + (y - top) * (lower - upper)
    }
  }
}

const clamp = (value: number, high: number): number => (value < 0 ? 0 : value > high ? high : value)

/** Brightness, contrast about the mean and gamma, in one pass, clamped to 0..255. */
function tone(image: Float32Array, a: Augmentation, random: Random): void {
  if (!a.brightness && !a.contrast && !a.gamma) return
  const brightness = 255 * random.uniform(-1, 1) * (a.brightness ?? 0)
  const contrast = 1 + random.uniform(-1, 1) * (a.contrast ?? 0)
  const exponent = Math.exp(random.uniform(-1, 1) * (a.gamma ?? 0))
  let mean = 0
  for (let i = 0; i < image.length; i++) mean += image[i]
  mean /= image.length
  const curve = Float32Array.from({ length: 256 }, (_, i) => 255 * (i / 255) ** exponent)
  for (let i = 0; i < image.length; i++)
    image[i] = curve[clamp((image[i] - mean) * contrast + mean + brightness, 255) | 0]
}

/**
 * Blurs an image in place with the binomial 3 x 3 kernel; along an edge only along it; the corners stay.
 *
 * @param image gray values, row by row
 */
export function blur(image: Float32Array, { width, height }: Size): void {
  for (const [step, length, lines, next] of [
    [1, width, height, width],
    [width, height, width, 1],
  ]) {
    for (let line = 0; line < lines; line++) {
      let before = image[line * next]
      for (let i = 1; i < length - 1; i++) {
        const at = line * next + i * step
        const here = image[at]
        image[at] = (before + 2 * here + image[at + step]) / 4
        before = here
      }
    }
  }
}

/** Nearly Gaussian: the sum of four uniform numbers cut from one random word is plenty for film grain. */
function addNoise(image: Float32Array, deviation: number, random: Random): void {
  const scale = (deviation * Math.sqrt(3)) / 2 // each uniform on [-1, 1] has variance 1/3, four of them 4/3
  let state = random.integer(2 ** 31) | 1
  for (let i = 0; i < image.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223
    const word = state ^ (state >>> 15)
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
    image[i] = clamp(image[i] + scale * ((sum - 510) / 127.5), 255)
  }
}

function erase(image: Float32Array, { width, height }: Size, random: Random): void {
  const side = () => random.uniform(0.1, 0.4)
  const [w, h] = [Math.round(side() * width), Math.round(side() * height)]
  const [left, top] = [random.integer(width - w + 1), random.integer(height - h + 1)]
  const gray = random.uniform(0, 255)
  for (let row = top; row < top + h; row++) image.fill(gray, row * width + left, row * width + left + w)
}
