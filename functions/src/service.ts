/** What the doors offer, without HTTP and without Firebase: everything it needs is handed in. */

import type { Card, Gallery, Health } from '@zoidberg/core/contract/card.ts'
import { DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { Engine } from '@zoidberg/core/engine.ts'
import { tooLarge as tooLargeError, UNNAMED } from '@zoidberg/core/image.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { readManifest } from '@zoidberg/core/registry.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import { type AnswerOptions, answer } from './answer.ts'
import { readGallery, readSample } from './gallery.ts'
import type { Upload } from './http/upload.ts'
import type { Counters } from './serving/counters.ts'
import type { Models } from './serving/models.ts'

export type Service = ReturnType<typeof createService>

/** Whoever asks: a uid, a header or an address; only hashed, to draw a canary's callers. */
export type Caller = string

export type ServiceOptions = {
  store: ReadStore
  models: Models
  counters: Counters
  engine(): Promise<Engine>
  versions: Record<string, string>
}

export function createService({ store, models, counters, engine, versions }: ServiceOptions) {
  const predictAll = (
    wanted: string | undefined,
    caller: Caller,
    uploads: Upload[],
    options: AnswerOptions,
  ): Promise<(Prediction | Error)[]> =>
    models.use(wanted, caller, (chosen) =>
      Promise.all(
        uploads.map(async ({ file, bytes, tooLarge }) => {
          if (tooLarge) return tooLargeError(file)
          const result = await answer(chosen, file, bytes, options).catch((error: Error) => error)
          counters.count(chosen.model.manifest.id, result)
          return result
        }),
      ),
    )

  /** Model ids with the channels that name them. */
  async function named(): Promise<Map<string, string[]>> {
    const ids = new Map<string, string[]>()
    const add = (id: string, name: string) => ids.set(id, [...(ids.get(id) ?? []), name])
    // Production first: what most people want to see.
    const channels = [...(await models.channels())]
    channels.sort(([a], [b]) => Number(b === DEFAULT_CHANNEL) - Number(a === DEFAULT_CHANNEL))
    for (const [name, { modelId, canary }] of channels) {
      add(modelId, name)
      if (canary) add(canary.modelId, `${name} (canary)`)
    }
    return ids
  }

  async function card(id: string): Promise<Card> {
    const channels = (await named()).get(id)
    if (!channels) throw new ZoidbergError('not-found', `No channel names a model "${id.slice(0, 80)}".`)
    const manifest = await readManifest(store, id).catch((cause) => {
      throw new ZoidbergError('model-unavailable', `The card of model ${id} cannot be read.`, { cause })
    })
    return toCard(manifest, channels)
  }

  return {
    predictAll,
    /** @throws ZoidbergError of the file, the sample or the model */
    async predict(
      request: { image?: Uint8Array; sample?: string; model?: string } & AnswerOptions,
      caller: Caller,
    ): Promise<Prediction> {
      const file = request.sample ?? UNNAMED
      const bytes =
        request.sample === undefined ? (request.image as Uint8Array) : await sample(request.sample)
      const [result] = await predictAll(
        request.model,
        caller,
        [{ file, bytes, tooLarge: bytes.length > MAX_FILE_BYTES }],
        request,
      )
      if (result instanceof Error) throw result
      return result
    },
    card,
    async cards(): Promise<Card[]> {
      const cards = await Promise.allSettled([...(await named()).keys()].map(card))
      return cards.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    },
    async gallery(): Promise<Gallery> {
      const production = (await models.channels()).get(DEFAULT_CHANNEL)
      return production ? readGallery(store, production.modelId) : { synthetic: false, samples: [] }
    },
    sample,
    async health(): Promise<Health> {
      const state = { engine: await engine().catch(() => null), versions }
      const error = () => (models.lastError() ? { lastError: models.lastError() } : {})
      try {
        const model = await models.use(undefined, undefined, async ({ model, channel }) => ({
          id: model.manifest.id,
          channel,
        }))
        return { ready: true, ...state, model, ...error() }
      } catch (cause) {
        return {
          ready: false,
          ...state,
          model: null,
          lastError: models.lastError() ?? (cause as Error).message,
        }
      }
    },
  }

  async function sample(id: string): Promise<Uint8Array> {
    const ids = await named()
    if (!ids.has(id.split('.')[0]))
      throw new ZoidbergError('not-found', `There is no sample "${id.slice(0, 100)}".`)
    return readSample(store, id)
  }
}

/** What clients may know of a model: nothing of its files, calibration and how to make it again. */
function toCard(
  { id, createdAt, task, labels, input, outputs, operatingPoints, metrics, training }: Manifest,
  channels: string[],
): Card {
  const { dataset, seed, model } = training
  const explains = outputs.activationMap !== undefined
  return {
    id,
    channels,
    createdAt,
    task,
    labels,
    input: { height: input.height, width: input.width },
    explains,
    operatingPoints,
    metrics,
    training: { model, dataset, seed },
  }
}
