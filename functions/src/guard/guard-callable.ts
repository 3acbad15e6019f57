import { toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { Request } from 'firebase-functions/https'
import { toHttpsError } from '../callable/errors.ts'
import { allowedOrigin } from './allowed-origin.ts'
import { parseJson } from './parse-json.ts'
import { readBody } from './read-body.ts'

/**
 * @property maxBytes of a body
 * @property needsSignIn whether a stranger is refused before anything of a body is read
 * @property assertRoom throws if nothing more can be answered at the moment
 * @property origins whose pages may read a refusal
 */
export type GuardOptions = {
  maxBytes: number
  needsSignIn: boolean
  origins: string[]
  assertRoom?(): Promise<void>
}

/** The part of Express's response that is used here. */
type Response = {
  status(code: number): Response
  set(name: string, value: string): Response
  json(body: unknown): unknown
}

/**
 * Stands before a callable: reads and checks the body that the framework left unread. firebase-functions logs bodies that
 * are no calls, so it never sees one.
 *
 * @returns the callable with all its properties, as whoever deploys it needs them
 */
export const guardCallable = <Callable extends (...args: never[]) => unknown>(
  callable: Callable,
  options: GuardOptions,
): Callable =>
  new Proxy(callable, {
    async apply(target, self, args) {
      const [request, response] = args as unknown as [Request, Response]
      try {
        if (request.method !== 'OPTIONS') request.body = await callOf(request, options)
      } catch (error) {
        return refuse(request, response, { error, origins: options.origins })
      }
      return Reflect.apply(target, self, args)
    },
  })

/** The wire format of callables: firebase.google.com/docs/functions/callable-reference */
async function callOf(
  request: Request,
  { maxBytes, needsSignIn, assertRoom }: GuardOptions,
): Promise<{ data: unknown }> {
  if (request.method !== 'POST') throw new ZoidbergError('method-not-allowed', 'Use POST.')
  if (needsSignIn && !request.headers.authorization?.startsWith('Bearer '))
    throw new ZoidbergError('unauthenticated', 'Sign in first.')
  const [type] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type.trim() !== 'application/json')
    throw new ZoidbergError('bad-request', 'A call has the Content-Type application/json.')
  await assertRoom?.()
  const call = parseJson(await readBody(request, maxBytes))
  if (!call || typeof call !== 'object' || Array.isArray(call) || Object.keys(call).join() !== 'data')
    throw new ZoidbergError('bad-request', 'A call is a JSON object with "data" and nothing else.')
  return call as { data: unknown }
}

function refuse(
  request: Request,
  response: Response,
  { error, origins }: { error: unknown; origins: string[] },
): unknown {
  const origin = allowedOrigin(request.headers.origin ?? '', origins)
  if (origin) response.set('Access-Control-Allow-Origin', origin).set('Vary', 'Origin')
  const { status, retryAfter } = toProblem(error)
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
  return response
    .set('Connection', 'close') // what is not read yet is not waited for
    .status(status)
    .json({ error: toHttpsError(error).toJSON() })
}
