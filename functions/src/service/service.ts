/** What callers are offered, without HTTP and without Firebase: everything the service needs is handed in. */
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import type { ReadStore } from '@zoidberg/core/store.ts'
import { createAdmission } from '../serving/admission.ts'
import type { Counters } from '../serving/counters.ts'
import type { Models } from '../serving/models.ts'
import type { RateLimit } from '../serving/rate-limit.ts'
import { createCards } from './cards.ts'
import { createGallery } from './gallery.ts'
import { type HealthOptions, readHealth } from './health.ts'
import { createPredictions } from './predictions.ts'

export type Service = ReturnType<typeof createService>

export type ServiceOptions = Omit<HealthOptions, 'models'> & {
  store: ReadStore
  models: Models
  counters: Counters
  rateLimit: RateLimit
  onAnswered(results: (Prediction | Error)[]): void
}

/** @returns predictions, cards, the gallery and health, on one set of models */
export function createService({ store, models, counters, rateLimit, onAnswered, engine }: ServiceOptions) {
  const gallery = createGallery({ store, models })
  const admission = createAdmission()
  return {
    ...createPredictions({ models, counters, admission, rateLimit, onAnswered, sample: gallery.sample }),
    ...createCards({ store, models }),
    ...gallery,
    health: () => readHealth({ models, engine }),
  }
}
