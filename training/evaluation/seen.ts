/** Which of the images that a model is judged on it knows already: those figures flatter. */
import type { Manifest } from '@zoidberg/core/manifest.ts'
import type { Sample } from '../dataset/dataset.ts'
import type { Split } from '../dataset/split.ts'

/** Of each SHA-256: enough to tell ten million images apart, one chance in 300,000 that any two meet. */
const BYTES = 8

/** @property fitted images that the weights were fitted on; `chosen` those that chose epoch, calibration and thresholds */
export type Seen = { fitted: number; chosen: number }

type Images = NonNullable<Manifest['training']['images']>

/**
 * @param parent of a model that went on from another: what that one knew, this one knows
 * @returns the images of a split, as a manifest keeps them
 */
export function imagesOf({ train, validation }: Split, parent?: Pick<Manifest, 'training'>): Images {
  const before = parent?.training.images
  const all = (samples: Sample[], known: string | undefined) =>
    pack(new Set([...samples.map(digestOf), ...unpack(known ?? '')]))
  return { fitted: all(train, before?.fitted), chosen: all(validation, before?.chosen) }
}

/** @returns how many of the samples a model knows; null where its manifest does not say */
export function seenBy({ training }: Pick<Manifest, 'training'>, samples: Sample[]): Seen | null {
  const { images } = training
  if (!images) return null
  const [fitted, chosen] = [unpack(images.fitted), unpack(images.chosen)]
  const count = (known: Set<string>) => samples.filter(({ sha256 }) => known.has(digestOf({ sha256 }))).length
  return { fitted: count(fitted), chosen: count(chosen) }
}

const digestOf = ({ sha256 }: Pick<Sample, 'sha256'>): string => sha256.slice(0, 2 * BYTES)

const pack = (digests: Set<string>): string =>
  Buffer.from([...digests].sort().join(''), 'hex').toString('base64')

function unpack(text: string): Set<string> {
  const bytes = Buffer.from(text, 'base64')
  return new Set(
    Array.from({ length: bytes.length / BYTES }, (_, i) =>
      bytes.subarray(i * BYTES, (i + 1) * BYTES).toString('hex'),
    ),
  )
}
