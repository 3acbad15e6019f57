/** Which of the images that a model is judged on it knows already: those figures flatter. */
import type { Manifest } from '@zoidberg/core/manifest.ts'
import type { Sample } from '../dataset/dataset.ts'
import type { Split } from '../dataset/split.ts'

/** Of each SHA-256: enough to tell ten million images apart, one chance in 300,000 that any two meet. */
const BYTES = 8

/** @property fitted images that the weights were fitted on; `chosen` those that chose epoch, calibration and thresholds */
export type Seen = { fitted: number; chosen: number }

/** @returns the images of a split, as a manifest keeps them */
export const imagesOf = ({ train, validation }: Split): NonNullable<Manifest['training']['images']> => ({
  fitted: pack(train),
  chosen: pack(validation),
})

/** @returns how many of the samples a model knows; null where its manifest does not say */
export function seenBy({ training }: Pick<Manifest, 'training'>, samples: Sample[]): Seen | null {
  const { images } = training
  if (!images) return null
  const [fitted, chosen] = [unpack(images.fitted), unpack(images.chosen)]
  const count = (known: Set<string>) =>
    samples.filter(({ sha256 }) => known.has(sha256.slice(0, 2 * BYTES))).length
  return { fitted: count(fitted), chosen: count(chosen) }
}

function pack(samples: Sample[]): string {
  const digests = samples.map(({ sha256 }) => sha256.slice(0, 2 * BYTES)).sort()
  return Buffer.from(digests.join(''), 'hex').toString('base64')
}

function unpack(text: string): Set<string> {
  const bytes = Buffer.from(text, 'base64')
  return new Set(
    Array.from({ length: bytes.length / BYTES }, (_, i) =>
      bytes.subarray(i * BYTES, (i + 1) * BYTES).toString('hex'),
    ),
  )
}
