/** Images of requests that wait at the same time share a pass through the model; batches form while passes run. */
import type { LoadedModel, Predicted } from '@zoidberg/core/graph/load.ts'

import { leaveOnAbort } from './leave.ts'
import { inSpan, waited } from './spans.ts'

/** Larger ones are no faster an image, and the first image of a batch waits for the last. */
export const MAX_BATCH = 8

/**
 * What a model gives for one image.
 *
 * @property probabilities in the order of the model's labels, summing to 1; not yet calibrated
 * @property map the activation map, where it was asked for and the model has one
 */
export type SinglePrediction = {
  probabilities: Float32Array
  map?: NonNullable<Predicted['maps']>[number]
}

type Waiting = {
  image: Uint8Array
  explain: boolean
  /** When it was asked for, in milliseconds since 1970. */
  since: number
  resolve(prediction: SinglePrediction): void
  reject(error: unknown): void
}

/** @property passes that run now */
type Queue = { waiting: Waiting[]; passes: number; isPlanned: boolean }
const queues = new WeakMap<LoadedModel, Queue>()

function queueOf(model: LoadedModel): Queue {
  const queue = queues.get(model) ?? { waiting: [], passes: 0, isPlanned: false }
  queues.set(model, queue)
  return queue
}

/**
 * Predicts one image. It shares a pass with images that are asked for in the same turn of the event loop, or while the passes
 * run that the model takes at a time.
 *
 * @param image uint8 gray values of the model's input size, row by row
 * @param options whether the activation map is wanted, and what ends the waiting
 * @throws what the model throws, to everybody in the batch; the signal's reason
 */
export function predictBatched(
  model: LoadedModel,
  image: Uint8Array,
  { explain, signal }: { explain: boolean; signal?: AbortSignal },
): Promise<SinglePrediction> {
  return new Promise((resolve, reject) => {
    const queue = queueOf(model)
    const entry = { image, explain, since: Date.now(), resolve, reject }
    queue.waiting.push(entry)
    leaveOnAbort(queue.waiting, entry, signal)
    if (queue.isPlanned) return
    queue.isPlanned = true
    setImmediate(() => {
      queue.isPlanned = false
      startPasses(model, queue)
    })
  })
}

function startPasses(model: LoadedModel, queue: Queue): void {
  while (queue.passes < model.parallel && queue.waiting.length > 0) {
    // Shared out among the passes that are free, so that none waits while another has all.
    const free = model.parallel - queue.passes
    const size = Math.min(MAX_BATCH, Math.ceil(queue.waiting.length / free))
    queue.passes++
    void pass(model, queue.waiting.splice(0, size)).then(() => {
      queue.passes--
      startPasses(model, queue)
    })
  }
}

/** Answers everybody in the batch; never rejects. */
async function pass(model: LoadedModel, batch: Waiting[]): Promise<void> {
  for (const { since } of batch) waited('wait for a pass', since)
  try {
    const { probabilities, maps } = await inSpan('infer', { images: batch.length }, () =>
      model.predict(
        batch.map(({ image }) => image),
        batch.some(({ explain }) => explain),
      ),
    )
    batch.forEach(({ explain, resolve }, k) =>
      resolve({ probabilities: probabilities[k], map: explain ? maps?.[k] : undefined }),
    )
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}
