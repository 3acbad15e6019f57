/** The gallery shows the samples of the model that production names; samples of other named models can be asked for. */
import type { Gallery } from '@zoidberg/core/contract/card.ts'
import { DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Models } from '../serving/models.ts'
import { namedModels } from './named-models.ts'
import { noSample, readGallery, readSample } from './samples.ts'

export type GalleryOptions = { store: ReadStore; models: Pick<Models, 'channels'> }

/** @returns `gallery`, and `sample`, which gives the bytes of one */
export function createGallery({ store, models }: GalleryOptions) {
  return {
    async gallery(): Promise<Gallery> {
      const production = (await models.channels()).get(DEFAULT_CHANNEL)
      return production ? readGallery(store, production.modelId) : { synthetic: false, samples: [] }
    },
    /** @throws ZoidbergError not-found, also for a sample of a model that no channel names */
    async sample(id: string): Promise<Uint8Array> {
      const ids = namedModels(await models.channels())
      if (!ids.has(id.split('.')[0])) throw noSample(id)
      return readSample(store, id)
    },
  }
}
