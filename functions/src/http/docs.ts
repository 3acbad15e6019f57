/** The page that shows the API: Swagger UI, from files of its own that the build puts beside the functions. */
import { readFile } from 'node:fs/promises'
import type { Context } from 'hono'

const FILES = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
  ['start.js', 'text/javascript'],
])

const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true })`
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Zoidberg: the API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <main id="docs"></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`
/** Swagger UI sets styles of elements and shows pictures that it holds itself. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** @returns the page */
export const docsPage = (c: Context): Response =>
  c.body(PAGE, 200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY })

/** @returns a file of the page; undefined if there is none of that name */
export async function docsFile(c: Context, name: string): Promise<Response | undefined> {
  const type = FILES.get(name)
  if (!type) return undefined
  const text =
    name === 'start.js' ? START : await readFile(new URL(`./docs/${name}`, import.meta.url), 'utf8')
  return c.body(text, 200, {
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'public, max-age=86400',
  })
}
