import { type PROBLEMS, toProblem } from '@zoidberg/core/contract/problems.ts'
import type { Context } from 'hono'

/** @returns an error as problem details (RFC 9457), which no cache keeps */
export function problemResponse(c: Context, error: Error): Response {
  const body = toProblem(error)
  return c.body(JSON.stringify(body), body.status as (typeof PROBLEMS)['internal']['status'], {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store', // Hosting would keep a 404 for ten minutes
    ...(body.retryAfter === undefined ? {} : { 'Retry-After': String(body.retryAfter) }),
  })
}
