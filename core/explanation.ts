/** The class activation map of an answer as a picture to lay over the X-ray. */
import sharp from 'sharp'
import type { Size } from './image.ts'
import { type Label, labelFor } from './labels.ts'
import type { Judgement } from './prediction.ts'

export type Explanation = { png: string; width: number; height: number; label: Label }

/** Evidence, in logits, from which the colour is full; weaker maps stay paler instead of being stretched. */
const FULL_EVIDENCE = 4
const STRONGEST_ALPHA = 170

/**
 * Evidence for a label against NORMAL, place by place: the difference of their logits, positive parts only.
 *
 * @param map `height * width * labels` logits
 * @returns `height * width` values in [0, 1]
 */
export function evidence(map: Size & { values: Float32Array }, labelIndex: number): Float32Array {
  const cells = map.height * map.width
  const depth = map.values.length / cells
  const differences = Float32Array.from({ length: cells }, (_, i) =>
    Math.max(0, map.values[i * depth + labelIndex] - map.values[i * depth]),
  )
  const strongest = Math.max(FULL_EVIDENCE, ...differences)
  return differences.map((value) => value / strongest)
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

/** A PNG with transparency, red over yellow where the evidence is, of the model's input size. */
export async function drawExplanation(
  map: Size & { values: Float32Array },
  labels: readonly Label[],
  probabilities: Judgement['probabilities'],
  size: Size,
): Promise<Explanation> {
  // The answer, if it is pneumonia; of a normal X-ray, where the likeliest trace of it would have been.
  const row = labels.map((label) => probabilities[label] ?? 0)
  const label = labelFor(labels, row, true)
  const large = await enlarge(evidence(map, labels.indexOf(label)), map, size)
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
