/** The gallery that the page offers: the films that ship with a model, validation images of a data set, or phantoms. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import type { Store } from '@zoidberg/core/store.ts'
import sharp from 'sharp'
import { type Dataset, loadDataset, partOf } from './dataset.ts'
import { PHANTOM_LABELS, phantomJpeg } from './phantom.ts'

const PER_CLASS = 4
const PHANTOM_SIZE = { width: 480, height: 480 }
const PHANTOM_SEED = 7
/** Only for reading names and parts: the gallery shows the files themselves. */
const SMALL = { height: 32, width: 32 }

export type GallerySamples = {
  synthetic: boolean
  attribution?: { text: string; url: string; license: string }
  samples: { name: string; label: string; jpeg: Uint8Array }[]
}

/**
 * Reads the films that ship with a model.
 *
 * @param modelFolder holds them in `films/`
 * @returns the films as they are
 */
export async function filmsOf(modelFolder: string): Promise<GallerySamples> {
  const films = join(modelFolder, 'films')
  const index: GallerySamples = JSON.parse(await readFile(join(films, 'index.json'), 'utf8'))
  const withBytes = index.samples.map(async ({ name, label }) => ({
    name,
    label,
    jpeg: await readFile(join(films, `${name}.jpeg`)),
  }))
  return { ...index, samples: await Promise.all(withBytes) }
}

/** @returns drawn phantoms, four of each class */
export async function phantomSamples(): Promise<GallerySamples> {
  const drawn = PHANTOM_LABELS.flatMap((label) =>
    Array.from({ length: PER_CLASS }, async (_, i) => ({
      name: `${label.toLowerCase()}-${i + 1}`,
      label,
      jpeg: await phantomJpeg(label, PHANTOM_SEED + i, PHANTOM_SIZE),
    })),
  )
  return { synthetic: true, samples: await Promise.all(drawn) }
}

/**
 * Loads a data set only for its gallery.
 *
 * @param directory a folder, or gs://…
 * @returns what `validationSamples` chooses of it
 * @throws UsageError if the directory has no readable image in class folders
 */
export async function samplesOf(directory: string): Promise<GallerySamples> {
  const dataset = await loadDataset(directory, SMALL)
  return validationSamples(dataset).finally(dataset.close)
}

/** @returns up to four validation images of each class, of different patients, as JPEG files without metadata */
export async function validationSamples(dataset: Dataset): Promise<GallerySamples> {
  const byClass = Object.values(Object.groupBy(partOf(dataset, 'validation'), (sample) => sample.label))
  const chosen = byClass.flatMap((samples = []) => {
    const ofPatients = new Map(samples.map((sample) => [sample.patient, sample]))
    return [...ofPatients.values()]
      .slice(0, PER_CLASS)
      .map((sample, i) => ({ sample, name: `${sample.label.toLowerCase()}-${i + 1}` }))
  })
  const toSample = async ({ sample, name }: (typeof chosen)[number]) => {
    const bytes = await dataset.bytes(sample)
    // Encoded anew, whatever it was: names and dates of patients lie in metadata, and the gallery is public.
    const jpeg = await sharp(bytes).autoOrient().jpeg({ quality: 95 }).toBuffer()
    return { name, label: sample.label, jpeg }
  }
  return { synthetic: dataset.synthetic, samples: await Promise.all(chosen.map(toSample)) }
}

/**
 * Uploads a gallery beside its model; the index comes last.
 *
 * @param store where models are published
 * @param modelId of the model
 */
export async function publishGallery(store: Store, modelId: string, gallery: GallerySamples): Promise<void> {
  const { samples, ...about } = gallery
  await Promise.all(samples.map(({ name, jpeg }) => store.write(`samples/${modelId}/${name}.jpeg`, jpeg)))
  const index = { ...about, samples: samples.map(({ name, label }) => ({ name, label })) }
  await store.write(`samples/${modelId}/index.json`, toJson(index))
}
