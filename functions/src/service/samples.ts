/** Samples are X-rays to try, under `samples/<modelId>/` in the bucket. A sample's id is `<modelId>.<name>`. */
import { attributionSchema, type Gallery } from '@zoidberg/core/contract/card.ts'
import { MODEL_ID } from '@zoidberg/core/contract/channel.ts'
import { labelSchema } from '@zoidberg/core/contract/labels.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import { z } from 'zod'

const SAMPLE_NAME = /^[a-z0-9-]{1,40}$/

const indexSchema = z.object({
  synthetic: z.boolean(),
  attribution: attributionSchema.optional(),
  samples: z.array(z.object({ name: z.string().regex(SAMPLE_NAME), label: labelSchema })),
})

/**
 * @returns all samples of a model; none if it has no index
 * @throws Error if the index is not valid
 */
export async function readGallery(store: ReadStore, modelId: string): Promise<Gallery> {
  const path = `samples/${modelId}/index.json`
  if (!(await store.exists(path))) return { synthetic: false, samples: [] }
  const index = indexSchema.parse(JSON.parse(new TextDecoder().decode(await store.read(path))))
  const samples = index.samples.map(({ name, label }) => ({ id: `${modelId}.${name}`, label }))
  return { ...index, samples }
}

/**
 * @returns the bytes of a sample, a JPEG
 * @throws ZoidbergError not-found, also for an id that is none
 */
export async function readSample(store: ReadStore, id: string): Promise<Uint8Array> {
  const [modelId, name, ...rest] = id.split('.')
  if (rest.length > 0 || !MODEL_ID.test(modelId) || !SAMPLE_NAME.test(name ?? '')) throw noSample(id)
  const path = `samples/${modelId}/${name}.jpeg`
  if (!(await store.exists(path))) throw noSample(id)
  return store.read(path)
}

/** @returns the error for an id that no sample has */
export const noSample = (id: string): ZoidbergError =>
  new ZoidbergError('not-found', `There is no sample "${id.slice(0, 100)}".`)
