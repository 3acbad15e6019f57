import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_CALLABLES } from '../../../../functions/src/admin/callables.ts'
import type { App } from '../../../../functions/src/http/app.ts'
import { openApiDocument } from '../../../../functions/src/http/openapi.ts'
import { phantom } from '../../../support/images.ts'
import { tinyApp } from '../support/app.ts'

let app: App
beforeAll(async () => {
  app = await tinyApp()
})
const document = openApiDocument() as unknown as {
  paths: Record<string, Record<string, { responses: Record<string, object> }>>
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never)
    expect(valid, JSON.stringify(errors)).toBe(true)
  })

  it('has every route of the app and every callable, and no other', () => {
    // A route of all methods is the refusal of the others; the page of the document is no part of the API.
    const routes = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/api/docs'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    const callables = ['predict', ...ADMIN_CALLABLES].map((name) => `POST /${name}`)
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.toSorted()).toEqual([...new Set([...routes, ...callables])].toSorted())
  })

  it.each([
    ['/api/models', 200],
    ['/api/models/tiny-model', 200],
    ['/api/models/stranger', 404],
    ['/api/samples', 200],
    ['/api/samples/tiny-model.001', 200],
    ['/api/samples/stranger.001', 404],
    ['/api/health', 200],
  ])('describes what GET %s answers: %i', async (path, status) => {
    const response = await app.request(path)
    expect(response.status).toBe(status)
    const described = document.paths[path.replace(/(models|samples)\/.+/, '$1/{id}')].get.responses[status]
    const type = (response.headers.get('content-type') ?? '').split(';')[0]
    expect(Object.keys((described as { content: object }).content)).toContain(type)
  })

  it('is what /api/openapi.json serves', async () =>
    expect(await (await app.request('/api/openapi.json')).json()).toEqual(
      JSON.parse(JSON.stringify(document)),
    ))

  it('describes the statuses that a prediction answers with', async () => {
    const { responses } = document.paths['/api/predict'].post
    for (const body of [
      await phantom(),
      Buffer.from('<svg xmlns="x">'),
      Buffer.from('nothing'),
      Buffer.alloc(11 << 20),
    ])
      expect(Object.keys(responses)).toContain(
        String((await app.request('/api/predict', { method: 'POST', body: body as never })).status),
      )
  })
})

it('the page of the API is HTML with a policy of its own', async () => {
  const page = await app.request('/api/docs')
  expect(page.headers.get('content-type')).toMatch('text/html')
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
  expect((await app.request('/api/docs/nothing.js')).status).toBe(404)
})
