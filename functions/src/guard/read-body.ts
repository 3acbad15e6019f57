import { MEGABYTE } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'

/** What is read and dropped beyond the limit: most clients read no answer before they have sent all. */
const MAX_DROPPED_BYTES = 32 * MEGABYTE

/**
 * Reads the body of a request, counting its bytes as they arrive.
 *
 * @param limit in bytes
 * @returns the body as it came
 * @throws ZoidbergError unsupported-type if the body is compressed, too-large if it is over the limit
 */
export async function readBody(
  request: AsyncIterable<Buffer> & { headers: Record<string, unknown>; rawBody?: Buffer },
  limit: number,
): Promise<Buffer> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new ZoidbergError('unsupported-type', 'The body is compressed. Send it as it is.')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.rawBody ? [request.rawBody] : request) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    if (length > limit + MAX_DROPPED_BYTES) break
  }
  if (length <= limit) return Buffer.concat(chunks)
  const size = limit < MEGABYTE ? `${Math.round(limit / 1024)} kB` : `${Math.round(limit / MEGABYTE)} MB`
  throw new ZoidbergError('too-large', `The request is larger than ${size}. Send less at once.`)
}
