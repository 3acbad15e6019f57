/** The gallery that the page offers: validation images of a data set, else phantoms that say so. */
import { toJson } from '@zoidberg/core/files.ts'
import type { Store } from '@zoidberg/core/store.ts'
import sharp from 'sharp'
import { type Dataset, loadDataset, partOf } from './dataset/dataset.ts'
import { PHANTOM_KINDS, phantomJpeg } from './dataset/phantom.ts'

const PER_CLASS = 4
const PHANTOM_SIZE = { width: 480, height: 480 }
const PHANTOM_SEED = 7
/** Only for reading names and parts: the gallery shows the files themselves. */
const SMALL = { height: 32, width: 32 }

export type GallerySamples = { synthetic: boolean; samples: { label: string; jpeg: Uint8Array }[] }

export async function phantomSamples(): Promise<GallerySamples> {
  const drawn = PHANTOM_KINDS.flatMap((kind) =>
    Array.from({ length: PER_CLASS }, async (_, i) => ({
      label: kind,
      jpeg: await phantomJpeg(kind, PHANTOM_SEED + i, PHANTOM_SIZE),
    })),
  )
  return { synthetic: true, samples: await Promise.all(drawn) }
}

/** As `validationSamples`, of a folder or gs://… */
export async function samplesOf(directory: string): Promise<GallerySamples> {
  const dataset = await loadDataset(directory, SMALL)
  return validationSamples(dataset).finally(dataset.close)
}

/** Some images of each class in validation, of different patients; as JPEG files without metadata. */
export async function validationSamples(dataset: Dataset): Promise<GallerySamples> {
  const byClass = Object.values(Object.groupBy(partOf(dataset, 'validation'), (sample) => sample.label))
  const chosen = byClass.flatMap((samples = []) =>
    [...new Map(samples.map((sample) => [sample.patient, sample])).values()].slice(0, PER_CLASS),
  )
  const toSample = async (sample: (typeof chosen)[number]) => {
    const bytes = await dataset.bytes(sample)
    // Encoded anew, whatever it was: names and dates of patients lie in metadata, and the gallery is public.
    return { label: sample.label, jpeg: await sharp(bytes).autoOrient().jpeg({ quality: 95 }).toBuffer() }
  }
  return { synthetic: dataset.synthetic, samples: await Promise.all(chosen.map(toSample)) }
}

export async function publishGallery(
  store: Store,
  modelId: string,
  { synthetic, samples }: GallerySamples,
): Promise<void> {
  const named = samples.map((sample, i) => ({ ...sample, name: String(i + 1).padStart(3, '0') }))
  await Promise.all(named.map(({ name, jpeg }) => store.write(`samples/${modelId}/${name}.jpeg`, jpeg)))
  const index = { synthetic, samples: named.map(({ name, label }) => ({ name, label })) }
  await store.write(`samples/${modelId}/index.json`, toJson(index))
}
