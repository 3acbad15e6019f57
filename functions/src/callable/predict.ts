/** The `predict` callable without the platform: from the data of a call to a prediction. */
import { type Prediction, predictCallSchema } from '@zoidberg/core/contract/prediction.ts'
import type { Caller } from '../caller.ts'
import { parseCall } from '../parse-call.ts'
import type { Service } from '../service/service.ts'
import type { Payer } from '../serving/rate-limit.ts'
import { imageFromBase64 } from './base64.ts'

/**
 * @property callerOf says who asks, given what the call says of it
 * @property payer whom the image is counted for
 * @property gone says that nobody waits for the answer any more
 */
export type PredictCallOptions = {
  service: Pick<Service, 'predict'>
  payer: Payer
  gone?: AbortSignal
  data: unknown
  callerOf(named: string | undefined): Caller
}

/**
 * Answers one call.
 *
 * @throws ZoidbergError bad-request for the call, and what the file, the sample or the model is refused for
 */
export async function predictCall({
  service,
  data,
  callerOf,
  payer,
  gone,
}: PredictCallOptions): Promise<Prediction> {
  const { image, caller, ...rest } = parseCall(predictCallSchema, data)
  return service.predict({
    ...rest,
    image: image === undefined ? undefined : imageFromBase64(image),
    caller: callerOf(caller),
    payer,
    gone,
  })
}
