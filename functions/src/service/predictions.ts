/** Predictions: files or samples in, predictions out, by the model that a caller means. */
import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { tooLarge as tooLargeError, UNNAMED } from '@zoidberg/core/image.ts'
import type { Caller } from '../caller.ts'
import type { Admission } from '../serving/admission.ts'
import type { Counters } from '../serving/counters.ts'
import { createDecoding } from '../serving/decoding.ts'
import type { Models } from '../serving/models.ts'
import type { Payer, RateLimit } from '../serving/rate-limit.ts'
import { type PredictOptions, predictFile } from './predict-file.ts'

/**
 * A file that a client sent.
 *
 * @property file its name
 * @property tooLarge the file is over the limit, and only its name is of use
 */
export type Upload = { file: string; bytes: Uint8Array; tooLarge: boolean }

/**
 * @property model its id or a channel; production if left out
 * @property payer whom the images are counted for
 * @property gone says that nobody waits for the answer any more
 */
type PredictRequest = PredictOptions & { model?: string; caller: Caller; payer: Payer; gone?: AbortSignal }

/**
 * @property sample gives the bytes of a sample by its id
 * @property onAnswered hears what became of the images of each request
 */
export type PredictionsOptions = {
  models: Pick<Models, 'use'>
  counters: Pick<Counters, 'count' | 'flushIfDue'>
  admission: Admission
  rateLimit: Pick<RateLimit, 'pay'>
  sample(id: string): Promise<Uint8Array>
  onAnswered(results: (Prediction | Error)[]): void
}

/** @returns `predict` for one image, and `predictAll` for the files of a request */
export function createPredictions({
  models,
  counters,
  admission,
  rateLimit,
  sample,
  onAnswered,
}: PredictionsOptions) {
  let open = 0

  /**
   * @returns a prediction for each file, in their order, or the error of a file that has none
   * @throws ZoidbergError not-found or model-unavailable for the model, too-many-requests if there is no room, or the payer had enough
   */
  const predictAll = async ({
    uploads,
    model,
    caller,
    payer,
    gone,
    ...predictOptions
  }: PredictRequest & { uploads: Upload[] }): Promise<(Prediction | Error)[]> => {
    await rateLimit.pay(payer, uploads.length)
    open++
    const results = await admission
      .use(uploads.length, gone, (signal) =>
        models.use(model, caller, (chosen) => {
          const decoding = createDecoding(signal)
          const predictUpload = async ({ file, bytes, tooLarge }: Upload) => {
            if (tooLarge) return tooLargeError(file)
            const options = { chosen, file, bytes, decoding, signal, ...predictOptions }
            const result = await predictFile(options).catch((error: Error) => error)
            counters.count(chosen.model.manifest.id, result)
            return result
          }
          return Promise.all(uploads.map(predictUpload))
        }),
      )
      .finally(() => open--)
    onAnswered(results)
    await counters.flushIfDue(open === 0)
    return results
  }

  /**
   * @param image the bytes of a file; one of `image` and `sample` is given
   * @throws ZoidbergError of the file, the sample or the model
   */
  async function predict({
    image,
    sample: id,
    ...request
  }: PredictRequest & { image?: Uint8Array; sample?: string }): Promise<Prediction> {
    const bytes = id === undefined ? (image as Uint8Array) : await sample(id)
    const upload = { file: id ?? UNNAMED, bytes, tooLarge: bytes.length > MAX_FILE_BYTES }
    const [result] = await predictAll({ ...request, uploads: [upload] })
    if (result instanceof Error) throw result
    return result
  }

  /**
   * Looks, before anything of a request is read, whether it would be answered.
   *
   * @throws ZoidbergError too-many-requests if it would not
   */
  async function welcome(payer: Payer): Promise<void> {
    admission.assertRoom()
    await rateLimit.pay(payer, 0)
  }

  return { predict, predictAll, welcome, assertRoom: admission.assertRoom }
}
