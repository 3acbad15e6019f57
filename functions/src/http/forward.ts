/** A request of firebase-functions, whose body is already read, to a Hono app and back. */
import type { Request as FunctionRequest } from 'firebase-functions/https'
import type { Hono } from 'hono'

type FunctionResponse = {
  status(code: number): FunctionResponse
  setHeader(name: string, value: string): unknown
  end(body: Buffer): unknown
}

export async function forward(
  app: Hono,
  request: FunctionRequest,
  response: FunctionResponse,
): Promise<void> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value))
  const hasBody = !['GET', 'HEAD'].includes(request.method)
  const body = hasBody ? (new Uint8Array(request.rawBody ?? []) as Uint8Array<ArrayBuffer>) : undefined
  const url = new URL(request.originalUrl, 'http://function')
  if (!url.pathname.startsWith('/api')) url.pathname = `/api${url.pathname}` // called directly, not through Hosting
  const answer = await app.fetch(new Request(url, { method: request.method, headers, body }))
  response.status(answer.status)
  answer.headers.forEach((value, name) => void response.setHeader(name, value))
  response.end(Buffer.from(await answer.arrayBuffer()))
}
