import { MAX_REQUEST_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Request as FunctionRequest } from 'firebase-functions/https'
import type { createApp } from './app.ts'

type FunctionResponse = {
  status(code: number): FunctionResponse
  setHeader(name: string, value: string): unknown
  end(body: Buffer): unknown
}

/** The platform leaves a body without a Content-Type unread; one over the limit is not kept. */
async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length <= MAX_REQUEST_BYTES + 1) chunks.push(chunk)
  }
  return length > MAX_REQUEST_BYTES ? Buffer.alloc(MAX_REQUEST_BYTES + 1) : Buffer.concat(chunks)
}

/** A request of firebase-functions, whose body is already read, to a Hono app and back. */
export async function forward(
  app: ReturnType<typeof createApp>,
  request: FunctionRequest,
  response: FunctionResponse,
): Promise<void> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value))
  const url = new URL(`http://function${request.originalUrl}`)
  if (!url.pathname.startsWith('/api')) url.pathname = `/api${url.pathname}` // called directly, not through Hosting
  // A Request refuses to be made of these; no path takes them either.
  const method = ['CONNECT', 'TRACE', 'TRACK'].includes(request.method) ? 'PUT' : request.method
  // Beside the request, not in it: there it would be copied twice.
  const body = method === 'POST' ? (request.rawBody ?? (await readBody(request))) : undefined
  const answer = await app.fetch(new Request(url, { method, headers }), { body })
  response.status(answer.status)
  answer.headers.forEach((value, name) => void response.setHeader(name, value))
  response.end(Buffer.from(await answer.arrayBuffer()))
}
