/** Plain HTTPS: routes to the same service as the callable, and errors as problem details. */
import { randomUUID } from 'node:crypto'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { PROBLEMS, type ProblemType, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { callerOfRequest } from '../caller.ts'
import { allowedOrigin } from '../guard/allowed-origin.ts'
import type { Service } from '../service/service.ts'
import type { Payer } from '../serving/rate-limit.ts'
import { docsFile, docsPage } from './docs.ts'
import { problemResponse } from './problem.ts'
import { readUploads } from './uploads.ts'

export type AppOptions = {
  service: Service
  origins(): string[]
  /**
   * @returns the app that an App Check token is of
   * @throws ZoidbergError if the request needs a token and has no good one
   */
  appOf(token: string | undefined): Promise<string | undefined>
  /**
   * @param authorization the header
   * @returns the account that its ID token is of
   * @throws ZoidbergError if the token is not good
   */
  accountOf(authorization: string | undefined): Promise<string | undefined>
  /** @returns whether health tells everything to the bearer of this token */
  isOperator(token: string | undefined): Promise<boolean>
  /** @returns the site key of App Check, which the page gets its tokens with; empty where it sends none */
  siteKey(): string
  /** Whom images are counted for. */
  payerOf(known: { uid?: string; app?: string; forwarded?: string; ip?: string }): Payer
  onUnexpected(where: string, error: unknown): void
}

/**
 * What is not in the request.
 *
 * @property body reads it
 * @property gone says that the connection was closed
 * @property ip of the connection
 */
type Bindings = { body?(): Promise<Uint8Array>; gone?: AbortSignal; ip?: string }
type Env = { Bindings: Bindings; Variables: { app: string | undefined } }

export type App = ReturnType<typeof createApp>

/** May be kept, and is asked about again each time: a channel may have moved. */
const ASK_AGAIN = { 'Cache-Control': 'private, no-cache' }

/** @returns the Hono app, whose every path begins with `/api` */
export function createApp({
  service,
  origins,
  appOf,
  accountOf,
  payerOf,
  isOperator,
  siteKey,
  onUnexpected,
}: AppOptions) {
  const app = new Hono<Env>().basePath('/api')
  const route = (method: 'get' | 'post', path: string, handler: (c: Context<Env>) => Promise<Response>) => {
    app[method](path, handler)
    app.all(path, (c) => {
      const allowed = method.toUpperCase()
      c.header('Allow', allowed)
      return problemResponse(
        c,
        new ZoidbergError('method-not-allowed', `${c.req.method} is not allowed here; use ${allowed}.`),
      )
    })
  }

  app.use(async (c, next) => {
    await next()
    c.header('X-Request-Id', requestIdOf(c.req.header('X-Cloud-Trace-Context')))
  })
  app.use(cors({ origin: (origin) => allowedOrigin(origin, origins()) }))
  app.use(async (c, next) => {
    // What is public anyway needs no token: browsers send none with the pictures of a page.
    if (c.req.method === 'POST') c.set('app', await appOf(c.req.header('X-Firebase-AppCheck')))
    await next()
  })

  // What was had already is not sent again.
  for (const path of ['/models', '/models/*', '/samples', '/samples/*', '/openapi.json'])
    app.use(path, etag())

  route('post', '/predict', async (c) => {
    const payer = payerOf({
      uid: await accountOf(c.req.header('Authorization')),
      app: c.get('app'),
      forwarded: c.req.header('X-Forwarded-For'),
      ip: c.env?.ip,
    })
    await service.welcome(payer)
    const body = (await c.env?.body?.()) ?? new Uint8Array(await c.req.arrayBuffer())
    const uploads = await readUploads(c.req.header('Content-Type'), body)
    const results = await service.predictAll({
      uploads,
      model: c.req.query('model'),
      caller: callerOfRequest((name) => c.req.header(name)),
      payer,
      gone: c.env?.gone,
      explain: c.req.query('explain') === '1',
      operatingPoint: c.req.query('operatingPoint'),
    })
    const failures = results.filter((result) => result instanceof Error)
    if (failures.length === results.length) throw failures[0]
    // A batch that failed has one error for all its files.
    for (const failure of new Set(failures))
      if (!(failure instanceof ZoidbergError)) onUnexpected('predict', failure)
    const predictions = results.map((result, i) =>
      result instanceof Error ? { file: uploads[i].file, error: toProblem(result) } : result,
    )
    const timing = results.find((result): result is Prediction => !(result instanceof Error))?.timing
    if (timing) c.header('Server-Timing', `decode;dur=${timing.decodeMs}, infer;dur=${timing.inferMs}`)
    return c.json({ predictions })
  })
  route('get', '/models', async (c) => {
    const appCheckKey = siteKey()
    const cards = { models: await service.cards(), ...(appCheckKey ? { appCheckKey } : {}) }
    return c.json(cards, 200, ASK_AGAIN)
  })
  route('get', '/problems/:type', async (c) => {
    const type = c.req.param('type') as ProblemType
    if (!Object.hasOwn(PROBLEMS, type)) throw new ZoidbergError('not-found', 'There is no such problem.')
    const { title, status, help } = PROBLEMS[type]
    return c.text(`${title} (${status})\n\n${help}\n`)
  })
  route('get', '/models/:id', async (c) =>
    c.json(await service.card(c.req.param('id') as string), 200, ASK_AGAIN),
  )
  route('get', '/samples', async (c) => c.json(await service.gallery(), 200, ASK_AGAIN))
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
    const [, token] = c.req.header('Authorization')?.split('Bearer ') ?? []
    // How it works, and what is wrong with it, is no stranger's business.
    const shown = (await isOperator(token)) ? health : { ready: health.ready }
    return c.json(shown, health.ready ? 200 : 503)
  })

  route('get', '/openapi.json', async (c) =>
    // Loaded when somebody asks for it.
    c.json((await import('./openapi.ts')).openApiDocument(), 200, { 'Cache-Control': 'public, max-age=300' }),
  )
  route('get', '/docs', async (c) => docsPage(c))
  route('get', '/docs/:name', async (c) => (await docsFile(c, c.req.param('name') as string)) ?? c.notFound())

  app.notFound((c) =>
    problemResponse(c, new ZoidbergError('not-found', `There is nothing at ${c.req.path.slice(0, 100)}.`)),
  )
  app.onError((error, c) => {
    if (!(error instanceof ZoidbergError)) onUnexpected(c.req.path, error)
    return problemResponse(c, error)
  })
  return app
}

/**
 * The trace that Cloud Run gives a request is what its log lines have, too.
 *
 * @param trace the header `TRACE_ID/SPAN;o=1`
 */
function requestIdOf(trace: string | undefined): string {
  const [id] = trace?.split('/') ?? []
  return id && /^[0-9a-f]{16,64}$/i.test(id) ? id : randomUUID()
}
