/** Joins the images of requests that wait at the same time into one pass through the model. */
import type { LoadedModel, Predicted } from '@zoidberg/core/graph/load.ts'

export const MAX_BATCH = 16

type Waiting = { image: Uint8Array; explain: boolean; resolve(p: Single): void; reject(error: unknown): void }
export type Single = { probabilities: Float32Array; map?: NonNullable<Predicted['maps']>[number] }

const queues = new WeakMap<LoadedModel, Waiting[]>()

/** Predicts one image; images asked for in the same turn of the event loop share a batch. */
export function predictBatched(model: LoadedModel, image: Uint8Array, explain: boolean): Promise<Single> {
  return new Promise((resolve, reject) => {
    const queue = queues.get(model) ?? []
    queues.set(model, queue)
    queue.push({ image, explain, resolve, reject })
    if (queue.length === 1) setImmediate(() => drain(model, queue))
  })
}

async function drain(model: LoadedModel, queue: Waiting[]): Promise<void> {
  queues.delete(model)
  for (let i = 0; i < queue.length; i += MAX_BATCH) {
    const batch = queue.slice(i, i + MAX_BATCH)
    try {
      const { probabilities, maps } = await model.predict(
        batch.map((w) => w.image),
        batch.some((w) => w.explain),
      )
      batch.forEach((waiting, k) =>
        waiting.resolve({ probabilities: probabilities[k], map: waiting.explain ? maps?.[k] : undefined }),
      )
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
  }
}
