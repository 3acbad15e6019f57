/** The functions of `functions/lib` on the functions framework, as Cloud Functions runs them, beside the built page. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { healthSchema } from '@zoidberg/core/contract/card.ts'
import compression from 'compression'
import express from 'express'

const root = join(import.meta.dirname, '..')
const PROJECT = 'demo-zoidberg'
const TARGET = 'zoidberg'

type Handler = (request: express.Request, response: express.Response) => unknown
type Rewrite = { source: string; function?: { functionId: string }; destination?: string }

/**
 * Serves until the process ends; resolves when the first answer can be had.
 *
 * @throws Error if the model cannot be loaded
 */
export async function serve(port: number): Promise<void> {
  process.env.GCLOUD_PROJECT = PROJECT
  process.env.FIREBASE_CONFIG = JSON.stringify({ projectId: PROJECT })
  process.env.ZOIDBERG_EMBEDDED_MODEL = join(root, 'models/default')
  process.env.ZOIDBERG_APP_CHECK_KEY = '' // there are no accounts, and nothing that gives tokens
  process.loadEnvFile(join(root, `functions/.env.${PROJECT}`))
  console.debug = () => {} // firebase-functions tells there of every callable that it was verified
  const functions: Record<string, Handler> = await import(join(root, 'functions/lib/index.js'))

  http(TARGET, site(functions))
  const server = getTestServer(TARGET)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${port}`
  const health = healthSchema.parse(await (await fetch(`${address}/api/health`)).json())
  if (!health.model) throw new Error(`the model cannot be loaded: ${health.lastError}`)
  console.log(`Model ${health.model.id} on ${health.engine}; Ctrl-C ends it.`)
  console.log(`Zoidberg: ${address}`)
}

/** What Firebase Hosting does by firebase.json: rewrites to functions and pages, files, and 404.html for any other path. */
function site(functions: Record<string, Handler>): Handler {
  const { hosting } = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'))
  const pages = express.Router()
  for (const { source, headers } of hosting.headers)
    pages.use(source.replace('**', '{*path}'), (_, response, next) => {
      for (const { key, value } of headers) response.setHeader(key, value)
      next()
    })
  const file = (name: string) => join(root, hosting.public, name)
  for (const { source, function: target, destination } of hosting.rewrites as Rewrite[]) {
    if (target) pages.all(source.replace('**', '{*path}'), functions[target.functionId])
    if (destination) pages.get(source, (_, response) => response.sendFile(file(destination)))
  }
  // Without an apiKey: the page then knows that there are no accounts here.
  pages.get('/__/firebase/init.json', (_, response) => void response.json({ projectId: PROJECT }))
  pages.use(compression(), express.static(file('')))
  pages.get('/{*path}', (_, response) => response.status(404).sendFile(file('404.html')))
  return (request, response) => pages(request, response, () => response.sendStatus(404))
}
