import { MAX_REQUEST_BYTES } from '@zoidberg/core/contract/limits.ts'
import type { Request as FunctionRequest } from 'firebase-functions/https'
import { readBody } from '../guard/read-body.ts'
import type { App } from './app.ts'

/** The part of Express's response that is used here. */
export type FunctionResponse = {
  status(code: number): FunctionResponse
  setHeader(name: string, value: string): unknown
  end(body: Buffer): unknown
  on(event: 'close', listener: () => void): unknown
}

/** Hands a request to a Hono app, which reads the body when it wants it, and the app's response back. */
export async function forward(app: App, request: FunctionRequest, response: FunctionResponse): Promise<void> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value))
  const url = new URL(`http://function${request.originalUrl}`)
  if (!url.pathname.startsWith('/api')) url.pathname = `/api${url.pathname}` // called directly, not through Hosting
  // A Request refuses to be made of these; no path takes them either.
  const method = ['CONNECT', 'TRACE', 'TRACK'].includes(request.method) ? 'PUT' : request.method
  // Beside the request, not in it: there it would be copied twice.
  const body = () => readBody(request, MAX_REQUEST_BYTES)
  const gone = goneSignal(response)
  const { ip } = request
  const made = await app.fetch(new Request(url, { method, headers }), { body, gone, ip })
  if (method === 'POST' && !request.complete) response.setHeader('Connection', 'close') // nobody waits for the rest
  response.status(made.status)
  made.headers.forEach((value, name) => void response.setHeader(name, value))
  response.end(Buffer.from(await made.arrayBuffer()))
}

/** @returns a signal that the connection was closed; what has been answered then does not mind */
export function goneSignal(response: Pick<FunctionResponse, 'on'>): AbortSignal {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  return gone.signal
}
