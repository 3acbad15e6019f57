/** The data of a call is validated before anything is done with it. */
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { z } from 'zod'

/**
 * Validates the data of a call; what is null counts as left out.
 *
 * @returns the data as the schema gives it, with its defaults
 * @throws ZoidbergError bad-request, which names every field that is wrong
 */
export function parseCall<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(withoutNulls(data))
  if (result.success) return result.data
  const wrong = z.prettifyError(result.error).replaceAll('\n', ' ')
  throw new ZoidbergError('bad-request', `The call is not valid: ${wrong}`)
}

/** The web SDK sends `null` for what is undefined, and other clients do for what is left out. */
const withoutNulls = (data: unknown): unknown =>
  data && typeof data === 'object'
    ? Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null))
    : data
