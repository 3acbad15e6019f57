/** The `predict` callable without the platform: from the data of a call to a prediction. */
import { type Prediction, predictCallSchema } from '@zoidberg/core/contract/prediction.ts'
import type { Caller } from '../caller.ts'
import { parseCall } from '../parse-call.ts'
import type { Service } from '../service/service.ts'
import { imageFromBase64 } from './base64.ts'

/** @property callerOf says who asks, given what the call says of it */
export type PredictCallOptions = {
  service: Pick<Service, 'predict'>
  data: unknown
  callerOf(named: string | undefined): Caller
}

/**
 * Answers one call.
 *
 * @throws ZoidbergError bad-request for the call, and what the file, the sample or the model is refused for
 */
export async function predictCall({ service, data, callerOf }: PredictCallOptions): Promise<Prediction> {
  const { image, caller, ...rest } = parseCall(predictCallSchema, data)
  return service.predict({
    ...rest,
    image: image === undefined ? undefined : imageFromBase64(image),
    caller: callerOf(caller),
  })
}
