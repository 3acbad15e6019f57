import { Readable } from 'node:stream'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { guardCallable } from '../../../../functions/src/guard/guard-callable.ts'

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const SIGNED_IN = { authorization: 'Bearer token' }

const callable = Object.assign(
  vi.fn(async (request: { body?: unknown }) => request.body),
  { __endpoint: { platform: 'gcfv2' } },
)
beforeEach(() => {
  callable.mockClear()
})

async function call(body: string, { headers = {}, method = 'POST', needsSignIn = false } = {}) {
  const answer = {
    status: 200,
    headers: {} as Record<string, string>,
    body: undefined as unknown,
    read: false,
  }
  const response = {
    status(code: number) {
      answer.status = code
      return response
    },
    set(name: string, value: string) {
      answer.headers[name] = value
      return response
    },
    json(sent: unknown) {
      answer.body = sent
    },
  }
  const request = Object.assign(Readable.from([Buffer.from(body)]), {
    method,
    headers: { ...JSON_TYPE, ...headers },
  })
  const guarded = guardCallable(callable, { maxBytes: 100, needsSignIn, origins: ['https://page.example'] })
  const result = await (guarded as unknown as (...args: unknown[]) => Promise<unknown>)(request, response)
  return { ...answer, result, read: request.readableDidRead }
}

describe('guardCallable', () => {
  it('hands on the data of a call', async () => {
    expect((await call('{"data":{"image":"base64"}}')).result).toEqual({ data: { image: 'base64' } })
  })

  it.each([
    ['an X-ray that is no call', '{"image":"base64"}', {}, 400],
    ['a call with more than its data', '{"data":{},"image":"base64"}', {}, 400],
    ['a list', '["base64"]', {}, 400],
    ['nothing', '', {}, 400],
    ['null', 'null', {}, 400],
    ['a type that firebase-functions would decode', '{"data":{"@type":"x","image":"base64"}}', {}, 400],
    ['a form', 'data=base64', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['more bytes than the limit', `{"data":"${'base64'.repeat(20)}"}`, {}, 413],
    ['a compressed body', '{"data":{}}', { 'content-encoding': 'gzip' }, 415],
  ])('refuses %s, and shows the callable nothing of it', async (_, body, headers, status) => {
    const answer = await call(body, { headers })
    expect([answer.status, answer.headers.Connection]).toEqual([status, 'close'])
    expect(answer.body).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } })
    expect(JSON.stringify(answer.body)).not.toContain('base64')
    expect(callable).not.toHaveBeenCalled()
  })

  it('refuses a stranger before it reads anything, where one must be signed in', async () => {
    const answer = await call('{"data":{}}', { needsSignIn: true })
    expect([answer.status, answer.read, answer.body]).toEqual([
      401,
      false,
      { error: expect.objectContaining({ status: 'UNAUTHENTICATED' }) },
    ])
    expect((await call('{"data":1}', { needsSignIn: true, headers: SIGNED_IN })).result).toEqual({ data: 1 })
  })

  it('lets pages of the origins that may call read the refusal, and no others', async () => {
    const originOf = async (origin: string) =>
      (await call('', { headers: { origin } })).headers['Access-Control-Allow-Origin']
    expect(await originOf('https://page.example')).toBe('https://page.example')
    expect(await originOf('https://else.example')).toBeUndefined()
  })

  it('leaves the preflight request to the callable', async () => {
    await call('', { method: 'OPTIONS' })
    expect(callable).toHaveBeenCalledOnce()
  })

  it('stays what it was to whoever deploys it', () => {
    const guarded = guardCallable(callable, { maxBytes: 1, needsSignIn: false, origins: [] })
    expect(guarded.__endpoint.platform).toBe('gcfv2')
  })
})
