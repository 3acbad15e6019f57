/** The class activation map of an answer as a picture to lay over the X-ray. */
import sharp from 'sharp'
import { type Label, labelFor } from './contract/labels.ts'
import type { Explanation } from './contract/prediction.ts'
import type { Size } from './image.ts'
import type { Answer } from './prediction.ts'

const STRONGEST_ALPHA = 170

/**
 * Evidence for a label against NORMAL, place by place: the difference of their logits, positive parts only.
 *
 * @param map `height * width * labels` logits
 * @returns `height * width` values in [0, 1], 1 at the strongest place; all 0 where nothing speaks for the label
 */
export function evidence(map: Size & { values: Float32Array }, labelIndex: number): Float32Array {
  const cells = map.height * map.width
  const depth = map.values.length / cells
  const differences = Float32Array.from({ length: cells }, (_, i) =>
    Math.max(0, map.values[i * depth + labelIndex] - map.values[i * depth]),
  )
  const strongest = Math.max(...differences)
  return strongest === 0 ? differences : differences.map((value) => value / strongest)
}

/** Evidence in [0, 1] of a map's shape, as uint8 of `size`. */
export const enlarge = (heat: Float32Array, map: Size, size: Size): Promise<Buffer> =>
  sharp(Buffer.from(Uint8Array.from(heat, (value) => Math.round(255 * value))), {
    raw: { width: map.width, height: map.height, channels: 1 },
  })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer()

/**
 * A PNG with transparency, red over yellow where the evidence is, of the model's input size. Its strongest place is as
 * strong as pneumonia is probable: every X-ray has a place that looks more like pneumonia than the rest, so without that a
 * healthy child's map would be as red as a sick one's.
 *
 * @returns the picture, and the label that the evidence is for: the answer, if it is pneumonia, else the likeliest kind of it
 */
export async function drawExplanation(
  map: Size & { values: Float32Array },
  labels: readonly Label[],
  { probabilities, decision }: Answer,
  size: Size,
): Promise<Explanation> {
  const row = labels.map((label) => probabilities[label] ?? 0)
  const label = labelFor(labels, row, true)
  const strength = evidence(map, labels.indexOf(label)).map((value) => value * decision.probability)
  const large = await enlarge(strength, map, size)
  const rgba = Buffer.alloc(4 * size.width * size.height)
  large.forEach((value, i) =>
    rgba.set(
      [255, 220 - Math.round((180 * value) / 255), 30, Math.round((STRONGEST_ALPHA * value) / 255)],
      4 * i,
    ),
  )
  const png = await sharp(rgba, { raw: { ...size, channels: 4 } })
    .png()
    .toBuffer()
  return { png: png.toString('base64'), ...size, label }
}
