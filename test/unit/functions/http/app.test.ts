import { MAX_FILES } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { bucketStore, type Store } from '@zoidberg/core/store.ts'
import { cnn } from '@zoidberg/training/models/cnn.ts'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { withoutLoggedBodies } from '../../../../functions/src/callable.ts'
import { createApp } from '../../../../functions/src/http/app.ts'
import { forward } from '../../../../functions/src/http/forward.ts'
import { readUploads } from '../../../../functions/src/http/upload.ts'
import { createService } from '../../../../functions/src/service.ts'
import { createCounters } from '../../../../functions/src/serving/counters.ts'
import { createModels } from '../../../../functions/src/serving/models.ts'
import { phantom } from '../../../support/images.ts'
import { modelFiles } from '../../../support/models.ts'

const hyperparameters = {
  ...cnn.hyperparameters,
  conv_1_filter: 4,
  conv_2_filter: 4,
  conv_3_filter: 4,
  dense_units: 8,
}

/** A store in memory. */
export function mapStore(
  objects = new Map<string, Uint8Array>(),
): Store & { objects: Map<string, Uint8Array> } {
  return {
    objects,
    async read(path) {
      const bytes = objects.get(path)
      if (!bytes) throw new Error(`no such object: ${path}`)
      return bytes
    },
    write: async (path, bytes) => void objects.set(path, Buffer.from(bytes)),
    exists: async (path) => objects.has(path),
    list: async (prefix) =>
      [...objects.keys()].filter((path) => path.startsWith(prefix)).map((path) => ({ path, updated: 0 })),
    remove: async (path) => void objects.delete(path),
  }
}

let app: ReturnType<typeof createApp>
const onUnexpected = vi.fn()

beforeAll(async () => {
  await loadEngine('wasm')
  const store = mapStore()
  const member = cnn.build({ hyperparameters, size: { height: 64, width: 64 }, classes: 2, seed: 1 })
  for (const [name, bytes] of modelFiles('tiny-model', [member]))
    store.objects.set(`models/tiny-model/${name}`, bytes)
  store.objects.set(
    'samples/tiny-model/index.json',
    Buffer.from('{"synthetic":true,"samples":[{"name":"001","label":"NORMAL"}]}'),
  )
  store.objects.set('samples/tiny-model/001.jpeg', await phantom('NORMAL'))
  const models = createModels({
    channels: async () =>
      new Map([
        [
          'production',
          { modelId: 'tiny-model', previousModelId: null, canary: null, updatedAt: '', updatedBy: '' },
        ],
      ]),
    load: () => loadModel((name) => store.read(`models/tiny-model/${name}`)),
    onRefused: () => {},
    onMissed: () => {},
    onChannelsUnreadable: () => {},
  })
  const service = createService({
    counters: createCounters(
      async () => {},
      () => {},
    ),
    store,
    models,
    engine: async () => 'wasm',
    versions: { node: 'test' },
  })
  app = createApp({
    service,
    origins: () => ['https://clinic.example'],
    onUnexpected,
    async assertAppCheck(token) {
      if (token === 'bad') throw new ZoidbergError('unauthenticated', 'A valid App Check token is needed.')
    },
  })
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

  it('is healthy', async () =>
    expect(await (await app.request('/api/health')).json()).toMatchObject({
      ready: true,
      engine: 'wasm',
      model: { id: 'tiny-model' },
    }))

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
      type: expect.stringMatching(/^urn:zoidberg:problem:/),
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

  it('asks for App Check where that is enforced, but not for health', async () => {
    const headers = { 'X-Firebase-AppCheck': 'bad' }
    expect((await app.request('/api/models', { headers })).status).toBe(401)
    expect((await app.request('/api/health', { headers })).status).toBe(200)
  })

  it('says nothing of the inside when something unexpected fails', async () => {
    const broken = createApp({
      service: { cards: () => Promise.reject(new Error('password is hunter2')) } as never,
      origins: () => [],
      assertAppCheck: async () => {},
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
      service: { predictAll: async () => [failure, failure] } as never,
      origins: () => [],
      assertAppCheck: async () => {},
      onUnexpected: told,
    })
    const body = form(['a.jpg', await phantom()], ['b.jpg', await phantom()])
    expect((await broken.request('/api/predict', { method: 'POST', body })).status).toBe(500)
    expect(told).toHaveBeenCalledExactlyOnceWith('/api/predict', failure)
  })
})

describe('forward', () => {
  const send = async (method: string, originalUrl: string, rawBody?: Uint8Array, headers = {}) => {
    const answer = { status: 0, body: '', headers: {} as Record<string, string> }
    const response = {
      status(code: number) {
        answer.status = code
        return response
      },
      setHeader(name: string, value: string) {
        answer.headers[name] = value
      },
      end(body: Buffer) {
        answer.body = body.toString()
      },
    }
    await forward(app, { method, originalUrl, headers, rawBody } as never, response)
    return answer
  }

  it('hands the body on as it came', async () => {
    const { status, body } = await send('POST', '/api/predict', await phantom())
    expect([status, JSON.parse(body).predictions[0].file]).toEqual([200, 'image'])
  })

  it.each([
    ['TRACE', '/api/predict', 405],
    ['CONNECT', '/api/models', 405],
    ['GET', '//', 404],
    ['GET', '//elsewhere.example/api/models', 404],
  ])('answers %s %s with a problem of status %i that no cache keeps', async (method, path, status) => {
    const answer = await send(method, path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ status })
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

describe('withoutLoggedBodies', () => {
  const door = Object.assign(
    vi.fn((request: { body?: unknown }) => request.body),
    { __endpoint: { platform: 'gcfv2' } },
  )
  const guarded = withoutLoggedBodies(door)
  it.each([
    ['an X-ray that is no call', { image: 'base64' }, {}],
    ['a call with more than its data', { data: {}, image: 'base64' }, {}],
    ['a call', { data: { image: 'base64' } }, { data: { image: 'base64' } }],
    ['nothing', undefined, undefined],
  ])('shows the platform, which logs what it refuses, of %s', (_, body, shown) => {
    expect(guarded({ body })).toEqual(shown)
  })
  it('stays what it was to whoever deploys it', () => expect(guarded.__endpoint.platform).toBe('gcfv2'))
})

describe('readUploads', () => {
  const multipart = (body: string, boundary = 'x') =>
    readUploads(`multipart/form-data; boundary=${boundary}`, Buffer.from(body))
  const part = (name: string, content: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f.jpg"\r\n\r\n${content}\r\n`

  it.each<[string, () => Promise<unknown>, number]>([
    ['no file at all', () => multipart('--x--\r\n'), 400],
    ['a file in another field', () => multipart(`${part('photo', 'abc')}--x--\r\n`), 400],
    ['a wrong boundary', () => multipart(`${part('image', 'abc')}--x--\r\n`, 'y'), 400],
    ['no boundary', () => readUploads('multipart/form-data', Buffer.from('abc')), 400],
    ['a body that is cut off', () => multipart(part('image', 'abc')), 400],
    [
      `${MAX_FILES + 1} files`,
      () => multipart(`${part('image', 'abc').repeat(MAX_FILES + 1)}--x--\r\n`),
      413,
    ],
    [
      'more parts than any form has, though all but one are text',
      () =>
        multipart(
          `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'.repeat(60)}${part('image', 'abc')}--x--\r\n`,
        ),
      400,
    ],
    ['31 MB', () => readUploads('image/jpeg', new Uint8Array(31 * 1024 * 1024)), 413],
  ])('refuses %s', async (_, read, status) => {
    await expect(read()).rejects.toMatchObject({ status })
  })

  it('loses no file beside the text fields of a form', async () => {
    const text = '--x\r\nContent-Disposition: form-data; name="patient"\r\n\r\nsecret\r\n'
    const uploads = await multipart(`${text.repeat(5)}${part('image', 'abc').repeat(MAX_FILES)}--x--\r\n`)
    expect(uploads).toHaveLength(MAX_FILES)
  })

  it('keeps an empty part, which is then no image', async () => {
    expect(await multipart(`${part('image', '')}--x--\r\n`)).toMatchObject([
      { file: 'f.jpg', tooLarge: false },
    ])
  })

  it('marks a file over 10 MB and keeps none of it', async () => {
    const [upload] = await multipart(`${part('image', 'a'.repeat(11 * 1024 * 1024))}--x--\r\n`)
    expect(upload).toMatchObject({ tooLarge: true, bytes: new Uint8Array() })
  })
})

describe('bucketStore', () => {
  it('says what kind of file it writes', async () => {
    const save = vi.fn()
    await bucketStore({ file: () => ({ save }) } as never).write('models/a/manifest.json', '{}')
    expect(save).toHaveBeenCalledWith(Buffer.from('{}'), {
      resumable: false,
      contentType: 'application/json',
    })
  })
})
