/** The callable door: validates the data of a call and turns our errors into HttpsErrors. */

import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { predictCallSchema } from '@zoidberg/core/contract/prediction.ts'
import { PROBLEMS, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { empty, tooLarge, UNNAMED } from '@zoidberg/core/image.ts'
import { HttpsError } from 'firebase-functions/https'
import { z } from 'zod'
import type { Caller, Service } from './service.ts'

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const MAX_BASE64 = Math.ceil(MAX_FILE_BYTES / 3) * 4

/**
 * Answers one call.
 *
 * @param callerOf who asks, given what the call says of it
 * @throws HttpsError with the same detail that plain HTTPS gives
 */
export const predictCall = (
  service: Service,
  data: unknown,
  callerOf: (named: string | undefined) => Caller,
  onUnexpected: (error: unknown) => void,
) =>
  withHttpsErrors(onUnexpected, () => {
    const { image, caller: named, ...rest } = parseCall(predictCallSchema, data)
    return service.predict(
      { ...rest, image: image === undefined ? undefined : fromBase64(image) },
      callerOf(named),
    )
  })

/** @throws ZoidbergError bad-request naming every field that is wrong */
export function parseCall<T>(schema: z.ZodType<T>, data: unknown): T {
  const request = schema.safeParse(withoutNulls(data))
  if (request.success) return request.data
  const wrong = z.prettifyError(request.error).replaceAll('\n', ' ')
  throw new ZoidbergError('bad-request', `The call is not valid: ${wrong}`)
}

/** @throws HttpsError with the same detail that plain HTTPS gives */
export async function withHttpsErrors<T>(
  onUnexpected: (error: unknown) => void,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ZoidbergError)) onUnexpected(error)
    const type = error instanceof ZoidbergError ? error.type : 'internal'
    const problem = toProblem(error)
    throw new HttpsError(PROBLEMS[type].code, problem.detail, problem)
  }
}

/**
 * A callable whose body is emptied where it is no call: firebase-functions would log it whole, and it may be an X-ray.
 * The answer is the same, 400.
 */
export const withoutLoggedBodies = <Door extends (...args: never[]) => unknown>(door: Door): Door =>
  new Proxy(door, {
    apply(target, self, args) {
      const [request] = args as unknown as [{ body?: unknown }]
      const { body } = request
      if (body && typeof body === 'object' && !Buffer.isBuffer(body) && Object.keys(body).join() !== 'data')
        request.body = {}
      return Reflect.apply(target, self, args)
    },
  })

/** The web SDK sends `null` for what is undefined, and other clients do for what is left out. */
const withoutNulls = (data: unknown): unknown =>
  data && typeof data === 'object'
    ? Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null))
    : data

function fromBase64(text: string): Uint8Array {
  if (text.length > MAX_BASE64) throw tooLarge(UNNAMED)
  if (text.length === 0) throw empty(UNNAMED)
  if (text.length % 4 !== 0 || !BASE64.test(text))
    throw new ZoidbergError('not-an-image', 'The image is not valid base64.', { file: UNNAMED })
  return Buffer.from(text, 'base64')
}
