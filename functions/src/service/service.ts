/** What callers are offered, without HTTP and without Firebase: everything the service needs is handed in. */
import type { ReadStore } from '@zoidberg/core/store.ts'
import type { Counters } from '../serving/counters.ts'
import type { Models } from '../serving/models.ts'
import { createCards } from './cards.ts'
import { createGallery } from './gallery.ts'
import { type HealthOptions, readHealth } from './health.ts'
import { createPredictions } from './predictions.ts'

export type Service = ReturnType<typeof createService>

export type ServiceOptions = Omit<HealthOptions, 'models'> & {
  store: ReadStore
  models: Models
  counters: Counters
}

/** @returns predictions, cards, the gallery and health, on one set of models */
export function createService({ store, models, counters, engine }: ServiceOptions) {
  const gallery = createGallery({ store, models })
  return {
    ...createPredictions({ models, counters, sample: gallery.sample }),
    ...createCards({ store, models }),
    ...gallery,
    health: () => readHealth({ models, engine }),
  }
}
