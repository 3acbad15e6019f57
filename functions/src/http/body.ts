import { MAX_REQUEST_BYTES } from '@zoidberg/core/contract/limits.ts'

/**
 * The platform leaves a body without a Content-Type unread. It is read to its end here; what is over the limit is not kept.
 *
 * @returns the body, or, if it is larger than a request may be, as many zeros as show that
 */
export async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length <= MAX_REQUEST_BYTES + 1) chunks.push(chunk)
  }
  return length > MAX_REQUEST_BYTES ? Buffer.alloc(MAX_REQUEST_BYTES + 1) : Buffer.concat(chunks)
}
