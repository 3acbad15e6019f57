/** The plain HTTPS door: routes to the same code as the callable, and errors as problem details. */
import { type PROBLEMS, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Service } from '../service.ts'
import { readUploads } from './upload.ts'

/** Anything that stays the same for one client: a canary always or never answers it. */
export const CALLER_HEADER = 'X-Zoidberg-Caller'

export type AppOptions = {
  service: Service
  origins(): string[]
  /** Rejects with a ZoidbergError if the request needs an App Check token and has no good one. */
  assertAppCheck(token: string | undefined): Promise<void>
  onUnexpected(where: string, error: unknown): void
}

/** The body of a request where it is read already. */
type Env = { Bindings: { body?: Uint8Array } }

export function createApp({ service, origins, assertAppCheck, onUnexpected }: AppOptions) {
  const app = new Hono<Env>().basePath('/api')
  const route = (method: 'get' | 'post', path: string, handler: (c: Context<Env>) => Promise<Response>) => {
    app[method](path, handler)
    app.all(path, (c) => {
      const allowed = method.toUpperCase()
      c.header('Allow', allowed)
      return problem(
        c,
        new ZoidbergError('method-not-allowed', `${c.req.method} is not allowed here; use ${allowed}.`),
      )
    })
  }

  app.use(cors({ origin: (origin) => allowedOrigin(origin, origins()) }))
  app.use(async (c, next) => {
    if (!c.req.path.endsWith('/health')) await assertAppCheck(c.req.header('X-Firebase-AppCheck'))
    await next()
  })

  route('post', '/predict', async (c) => {
    const body = c.env?.body ?? new Uint8Array(await c.req.arrayBuffer())
    const uploads = await readUploads(c.req.header('Content-Type'), body)
    const options = { explain: c.req.query('explain') === '1', operatingPoint: c.req.query('operatingPoint') }
    const results = await service.predictAll(c.req.query('model'), callerOf(c), uploads, options)
    const failures = results.filter((result) => result instanceof Error)
    if (failures.length === results.length) throw failures[0]
    // One for all files of a batch that failed.
    for (const failure of new Set(failures))
      if (!(failure instanceof ZoidbergError)) onUnexpected('predict', failure)
    const predictions = results.map((result, i) =>
      result instanceof Error ? { file: uploads[i].file, error: toProblem(result) } : result,
    )
    return c.json({ predictions })
  })
  route('get', '/models', async (c) => c.json({ models: await service.cards() }))
  route('get', '/models/:id', async (c) => c.json(await service.card(c.req.param('id') as string)))
  route('get', '/samples', async (c) => c.json(await service.gallery()))
  route('get', '/samples/:id', async (c) => {
    const bytes = await service.sample(c.req.param('id') as string)
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': 'image/jpeg',
      // Not for Hosting's cache, which asks for no App Check token and hears of no deletion.
      'Cache-Control': 'private, max-age=3600',
    })
  })
  route('get', '/health', async (c) => {
    const health = await service.health()
    return c.json(health, health.ready ? 200 : 503)
  })

  app.notFound((c) =>
    problem(c, new ZoidbergError('not-found', `There is nothing at ${c.req.path.slice(0, 100)}.`)),
  )
  app.onError((error, c) => {
    if (!(error instanceof ZoidbergError)) onUnexpected(c.req.path, error)
    return problem(c, error)
  })
  return app
}

/** A client names itself by a header; else its address stands for it. */
const callerOf = (c: Context): string =>
  c.req.header(CALLER_HEADER) ?? c.req.header('X-Forwarded-For')?.split(',')[0].trim() ?? ''

function problem(c: Context, error: Error): Response {
  const body = toProblem(error)
  return c.body(JSON.stringify(body), body.status as (typeof PROBLEMS)['internal']['status'], {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store', // Hosting would keep a 404 for ten minutes
  })
}

const allowedOrigin = (origin: string, allowed: string[]): string | null =>
  allowed.includes('*') ? '*' : allowed.includes(origin) ? origin : null
