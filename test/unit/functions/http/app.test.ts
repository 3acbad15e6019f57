import { addressOf, PROBLEMS, type ProblemType } from '@zoidberg/core/contract/problems.ts'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type App, createApp } from '../../../../functions/src/http/app.ts'
import { phantom } from '../../../support/images.ts'
import { tinyApp } from '../support/app.ts'

let app: App
beforeAll(async () => {
  app = await tinyApp()
})

const post = (body: BodyInit, query = '', headers: Record<string, string> = {}) =>
  app.request(`/api/predict${query}`, { method: 'POST', body, headers })
const form = (...files: [name: string, bytes: Uint8Array][]) => {
  const data = new FormData()
  for (const [name, bytes] of files) data.append('image', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
  return data
}

describe('POST /api/predict', () => {
  it('answers a raw body with one prediction whose probabilities sum to 1', async () => {
    const { predictions } = await (await post((await phantom()) as never)).json()
    expect(predictions).toHaveLength(1)
    const [p] = predictions
    expect(p.probabilities.NORMAL + p.probabilities.PNEUMONIA).toBeCloseTo(1, 6)
    expect(p).toMatchObject({
      file: 'image',
      model: { id: 'tiny-model', channel: 'production' },
      image: { width: 224, height: 224, format: 'jpeg' },
      warnings: [],
    })
    expect(p.decision).toMatchObject({ operatingPoint: 'balanced', threshold: 0.5 })
  })

  it('answers several files in the order of the request, bad ones with a problem', async () => {
    const response = await post(
      form(
        ['a.jpg', await phantom('NORMAL')],
        ['b.txt', Buffer.from('nonsense')],
        ['c.jpg', await phantom('VIRUS')],
      ),
    )
    expect(response.status).toBe(200)
    const { predictions } = await response.json()
    expect(predictions.map((p: { file: string }) => p.file)).toEqual(['a.jpg', 'b.txt', 'c.jpg'])
    expect(predictions[1].error).toMatchObject({ status: 400, file: 'b.txt', title: 'Not a readable image' })
  })

  it("answers with the first one's status when all are bad", async () => {
    const response = await post(form(['a.svg', Buffer.from('<svg/>')], ['b.txt', Buffer.from('nonsense')]))
    expect(response.status).toBe(415)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ file: 'a.svg' })
  })

  it('takes an operating point by name and refuses an unknown one', async () => {
    const good = await (await post((await phantom()) as never, '?operatingPoint=screening')).json()
    expect(good.predictions[0].decision).toMatchObject({ operatingPoint: 'screening', threshold: 0.1 })
    expect((await post((await phantom()) as never, '?operatingPoint=toString')).status).toBe(400)
  })

  it('gives the same answer alone and in a batch', async () => {
    const file = await phantom('VIRUS')
    const alone = (await (await post(file as never)).json()).predictions[0].decision.probability
    const many = (
      await (
        await post(form(...Array.from({ length: 16 }, (_, i) => [`${i}.jpg`, file] as [string, Uint8Array])))
      ).json()
    ).predictions
    for (const p of many) expect(Math.abs(p.decision.probability - alone)).toBeLessThan(1e-4)
  })
})

describe('the other routes', () => {
  it('lists models without files, and the gallery', async () => {
    const { models } = await (await app.request('/api/models')).json()
    expect(models[0]).toMatchObject({
      id: 'tiny-model',
      channels: ['production'],
      labels: ['NORMAL', 'PNEUMONIA'],
    })
    expect(JSON.stringify(models)).not.toContain('crc32c')
    const { samples, synthetic } = await (await app.request('/api/samples')).json()
    expect([synthetic, samples]).toEqual([true, [{ id: 'tiny-model.001', label: 'NORMAL' }]])
    expect((await app.request('/api/samples/tiny-model.001')).headers.get('Content-Type')).toBe('image/jpeg')
  })

  it('tells strangers that it is ready, and operators how it works', async () => {
    expect(await (await app.request('/api/health')).json()).toEqual({ ready: true })
    const headers = { Authorization: 'Bearer operator' }
    expect(await (await app.request('/api/health', { headers })).json()).toMatchObject({
      ready: true,
      engine: 'wasm',
      model: { id: 'tiny-model' },
    })
  })

  it('explains every problem where its type leads to', async () => {
    for (const [type, { title }] of Object.entries(PROBLEMS)) {
      const response = await app.request(addressOf(type as ProblemType))
      expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/)
      expect(await response.text()).toContain(title)
    }
    expect((await app.request('/api/problems/constructor')).status).toBe(404)
  })

  it.each(['/api/models', '/api/models/tiny-model', '/api/samples', '/api/samples/tiny-model.001'])(
    'sends %s only to those who have not got it',
    async (path) => {
      const tag = (await app.request(path)).headers.get('ETag')
      expect(tag).toMatch(/^"[0-9a-f]+"$/)
      const again = await app.request(path, { headers: { 'If-None-Match': tag as string } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    },
  )

  it.each([
    ['GET', '/api/predict', 405],
    ['DELETE', '/api/models', 405],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/models/stranger', 404],
    ['GET', '/api/samples/stranger.001', 404],
    ['GET', '/api/samples/tiny-model.002', 404],
    ['GET', '/api/samples/tiny-model.%2E%2E%2Findex', 404],
    ['GET', '/api/samples/..%2F..%2Fmodels', 404],
  ])('answers %s %s with a problem of status %i', async (method, path, status) => {
    const response = await app.request(path, { method })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({
      status,
      type: expect.stringMatching(/^\/api\/problems\//),
      detail: expect.any(String),
    })
  })

  it('allows the stated origins alone', async () => {
    const origin = async (value: string) =>
      (await app.request('/api/models', { headers: { Origin: value } })).headers.get(
        'Access-Control-Allow-Origin',
      )
    expect([await origin('https://clinic.example'), await origin('https://other.example')]).toEqual([
      'https://clinic.example',
      null,
    ])
  })

  it('asks for App Check for predictions where that is enforced, and gives the page its key', async () => {
    const headers = { 'X-Firebase-AppCheck': 'bad' }
    const body = form(['a.jpg', await phantom()])
    expect((await app.request('/api/predict', { method: 'POST', headers, body })).status).toBe(401)
    for (const path of ['models', 'samples', 'health'])
      expect((await app.request(`/api/${path}`, { headers })).status).toBe(200)
    expect((await (await app.request('/api/models')).json()).appCheckKey).toBe('site-key')
  })

  it('says nothing of the inside when something unexpected fails', async () => {
    const onUnexpected = vi.fn()
    const broken = createApp({
      service: { cards: () => Promise.reject(new Error('password is hunter2')) } as never,
      origins: () => [],
      appOf: async () => undefined,
      accountOf: async () => undefined,
      isOperator: async () => false,
      siteKey: () => '',
      payerOf: () => ({ key: 'somebody', perMinute: 0 }),
      onUnexpected,
    })
    const response = await broken.request('/api/models')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('hunter2')
    expect(onUnexpected).toHaveBeenCalled()
  })

  it('tells its log once of a failure, however many files it hit', async () => {
    const failure = new Error('the batch failed')
    const told = vi.fn()
    const broken = createApp({
      service: { welcome: async () => {}, predictAll: async () => [failure, failure] } as never,
      origins: () => [],
      appOf: async () => undefined,
      accountOf: async () => undefined,
      isOperator: async () => false,
      siteKey: () => '',
      payerOf: () => ({ key: 'somebody', perMinute: 0 }),
      onUnexpected: told,
    })
    const body = form(['a.jpg', await phantom()], ['b.jpg', await phantom()])
    expect((await broken.request('/api/predict', { method: 'POST', body })).status).toBe(500)
    expect(told).toHaveBeenCalledExactlyOnceWith('/api/predict', failure)
  })

  it('gives every answer an id, the trace where there is one, and says where the time of a prediction went', async () => {
    const trace = '105445aa7843bc8bf206b12000100000'
    const named = await app.request('/api/models', { headers: { 'X-Cloud-Trace-Context': `${trace}/1;o=1` } })
    expect(named.headers.get('x-request-id')).toBe(trace)
    const odd = await app.request('/api/nothing', { headers: { 'X-Cloud-Trace-Context': '<script>/1' } })
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    const body = form(['a.jpg', await phantom()])
    const answer = await app.request('/api/predict', { method: 'POST', body })
    expect(answer.headers.get('server-timing')).toMatch(/^decode;dur=[\d.]+, infer;dur=[\d.]+$/)
  })
})
