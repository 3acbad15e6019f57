/** The client against a server of its own, and its types against the contract. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type * as own from '@zoidberg/client/client.ts'
import { createClient, ZoidbergProblem } from '@zoidberg/client/client.ts'
import type * as card from '@zoidberg/core/contract/card.ts'
import type * as prediction from '@zoidberg/core/contract/prediction.ts'
import type * as problems from '@zoidberg/core/contract/problems.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/install.ts'

/** Either may take the place of the other; the compiler checks it. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
const SAME: [
  Same<own.Prediction, prediction.Prediction>,
  Same<own.Gallery, card.Gallery>,
  Same<own.Problem, problems.Problem>,
  Same<own.Card['operatingPoints'], card.Card['operatingPoints']>,
  Same<own.Card['training'], card.Card['training']>,
  Same<Omit<own.Card, 'metrics'>, Omit<card.Card, 'metrics'>>,
] = [true, true, true, true, true, true]

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void
let answers: Answer[] = []
let asked: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('latin1')
  asked.push({ url: request.url ?? '', headers: request.headers, body })
  ;(answers.shift() ?? (() => response.writeHead(500).end()))(request, response, body)
})
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  answers = []
  asked = []
})

const json =
  (status: number, value: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value))
const problem = (type: string, status: number, more = {}) =>
  json(status, { type: `/api/problems/${type}`, title: '', status, detail: `It is ${type}.`, ...more })
const one = json(200, { predictions: [{ file: 'x', label: 'NORMAL' }] })
const image = new Blob(['film'], { type: 'image/jpeg' })

describe('the client', () => {
  it('has the types of the contract', () => expect(SAME).not.toContain(false))

  it('sends a file with its name, what was asked for, and who asks', async () => {
    answers = [one]
    const client = createClient({
      url: `${url}/`,
      caller: 'me',
      idToken: () => 'id',
      appCheckToken: async () => 'app',
    })
    const stages: string[] = []
    const { label } = await client.predict(image, {
      name: 'x-ray.jpeg',
      model: 'trial',
      explain: true,
      onProgress: ({ stage }) => stages.push(stage),
    })
    expect(label).toBe('NORMAL')
    expect(stages).toEqual(['sending', 'answered'])
    const [{ url: path, headers, body }] = asked
    expect(path).toBe('/api/predict?explain=1&model=trial')
    expect(headers).toMatchObject({
      authorization: 'Bearer id',
      'x-firebase-appcheck': 'app',
      'x-zoidberg-caller': 'me',
    })
    expect(body).toMatch(/name="image"; filename="x-ray.jpeg"/)
  })

  it('takes bytes, and in Node a path', async () => {
    answers = [one, one]
    const client = createClient({ url })
    await client.predict(Uint8Array.from([1, 2, 3]))
    await client.predict(join(root, 'models/default/films/normal-1.jpeg'))
    expect(asked[1].body).toContain('filename="normal-1.jpeg"')
  })

  it('throws a problem that can be told apart', async () => {
    answers = [problem('not-an-image', 400, { file: 'x' })]
    const error = await createClient({ url })
      .predict(image)
      .catch((error) => error)
    expect(error).toBeInstanceOf(ZoidbergProblem)
    expect(error).toMatchObject({
      type: 'not-an-image',
      status: 400,
      file: 'x',
      message: 'It is not-an-image.',
    })
    expect(asked).toHaveLength(1)
  })

  it('gives the problem of one file of several in its place', async () => {
    const bad = {
      file: 'b',
      error: { type: '/api/problems/too-large', title: '', status: 413, detail: 'Large.' },
    }
    answers = [json(200, { predictions: [{ file: 'a', label: 'NORMAL' }, bad] })]
    const [first, second] = await createClient({ url }).predictAll([image, image])
    expect(first).toMatchObject({ label: 'NORMAL' })
    expect(second).toMatchObject({ type: 'too-large', message: 'Large.' })
  })

  it.each([
    ['429', problem('too-many-requests', 429, { retryAfter: 0.01 })],
    ['503 of what stands before the server', json(503, {}, { 'Retry-After': '0.01' })],
    ['a connection that breaks', ((request) => request.socket.destroy()) as Answer],
  ])('tries again after %s', async (_, first) => {
    answers = [first, one]
    expect((await createClient({ url }).predict(image)).label).toBe('NORMAL')
    expect(asked).toHaveLength(2)
  })

  it('gives up after as many tries as it was told, and at once where waiting does not help', async () => {
    const busy = problem('too-many-requests', 429, { retryAfter: 0.01 })
    answers = [busy, busy, busy]
    await expect(createClient({ url }).predict(image, { retries: 1 })).rejects.toMatchObject({ status: 429 })
    expect(asked).toHaveLength(2)
    answers = [problem('too-many-requests', 429, { retryAfter: 600 })]
    await expect(createClient({ url }).predict(image)).rejects.toMatchObject({ retryAfter: 600 })
  })

  it('ends where the caller or the time says so', async () => {
    answers = [() => {}, () => {}]
    await expect(createClient({ url }).predict(image, { timeoutMs: 50 })).rejects.toMatchObject({
      type: 'timeout',
    })
    const controller = new AbortController()
    const asking = createClient({ url }).predict(image, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 30)
    await expect(asking).rejects.toThrow('enough')
  })

  it('says so where no server is, and where an answer cannot be read', async () => {
    const nobody = createClient({ url: 'http://127.0.0.1:1' })
    await expect(nobody.models({ retries: 0 })).rejects.toMatchObject({ type: 'unreachable', status: 0 })
    answers = [(_, response) => void response.writeHead(200).end('<html>')]
    await expect(createClient({ url }).models()).rejects.toMatchObject({ type: 'no-answer' })
  })
})

it('is published as one module of at most 4 kB gzipped, with types, and nothing that it needs', async () => {
  await promisify(execFile)(process.execPath, [join(root, 'client/build.ts')])
  const text = readFileSync(join(root, 'client/lib/client.js'), 'utf8')
  expect(gzipSync(text).length).toBeLessThan(4096)
  expect(text).not.toMatch(/from\s*["']/)
  const { dependencies } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'))
  expect(dependencies).toBeUndefined()
  const built = await import(join(root, 'client/lib/client.js'))
  expect(Object.keys(built).toSorted()).toEqual(['ZoidbergProblem', 'createClient'])
  expect(readFileSync(join(root, 'client/lib/client.d.ts'), 'utf8')).toContain('createClient')
})
