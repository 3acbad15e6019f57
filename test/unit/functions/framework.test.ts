/** The built functions on the functions framework, as production runs them, and callers who mean no good. */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DicomOptions, dicomFile } from '../../../scripts/lib/dicom.ts'
import { peakMemoryOf, type Served, serveFunction } from '../../../scripts/lib/framework.ts'
import { build, root } from '../../../scripts/lib/install.ts'

const TARGETS = ['api', 'predict', 'retrain'] as const
type Target = (typeof TARGETS)[number]
/** What a caller hides in a request, and looks for in the log. */
const MARKER = 'patient-jane-doe-1957'
const FILM = readFileSync(join(root, 'models/default/films/virus-1.jpeg'))

const servers = {} as Record<Target, Served>
const log = () =>
  Object.values(servers)
    .map(({ output }) => output())
    .join('')

beforeAll(async () => {
  build()
  const env = { ZOIDBERG_CORS_ORIGINS: '["https://page.example"]' }
  await Promise.all(
    TARGETS.map(async (target) => {
      servers[target] = await serveFunction(target, env)
    }),
  )
})
afterAll(() => {
  for (const { process } of Object.values(servers)) process.kill('SIGKILL')
})

const post = async (
  target: Target,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  path = '',
) => {
  const response = await fetch(servers[target].url + path, {
    method: 'POST',
    body: body as never,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}
const answersStill = async () => {
  expect((await post('api', FILM, { 'Content-Type': 'image/jpeg' }, '/api/predict')).status).toBe(200)
  expect((await post('predict', JSON.stringify({ data: { image: FILM.toString('base64') } }))).status).toBe(
    200,
  )
}

const objects = (count: number) => `{"data":[${'{},'.repeat(count)}{}]}`
const GZIP = { 'Content-Encoding': 'gzip' }
const SIGNED_IN = { Authorization: 'Bearer a.b.c' }
const ATTACKS: [string, string | Uint8Array, Record<string, string>][] = [
  ['six million objects in 18 kB of gzip', gzipSync(objects(6_000_000)), GZIP],
  ['three megabytes of objects', objects(1_000_000), {}],
  ['lists nested fifty thousand deep', `{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, {}],
  ['more bytes than a request may have', new Uint8Array(31 * 1024 * 1024), {}],
  ['a type for firebase-functions to decode', '{"data":{"@type":"x"}}', {}],
  ['an odd charset', '{"data":{}}', { 'Content-Type': 'application/json; charset=x-unknown' }],
  [
    'a form with URL encoding',
    `image=${'a'.repeat(1000)}`,
    { 'Content-Type': 'application/x-www-form-urlencoded' },
  ],
  ['text', 'an X-ray', { 'Content-Type': 'text/plain; charset=utf-99' }],
  ['an unknown encoding', 'an X-ray', { 'Content-Encoding': 'zip' }],
  ['broken JSON', '{"data":', {}],
  ['nothing', '', {}],
]

describe('on the functions framework', () => {
  it.each(ATTACKS)(
    '%s get a short problem, from plain HTTPS and from callables',
    async (_, body, headers) => {
      const plain = await post('api', body, headers, '/api/predict')
      expect(plain.type).toBe('application/problem+json')
      expect(JSON.parse(plain.text).detail.length).toBeLessThanOrEqual(500)
      for (const target of ['predict', 'retrain'] as const) {
        const called = await post(target, body, { ...headers, ...SIGNED_IN })
        expect(called.type).toMatch('application/json')
        expect(JSON.parse(called.text)).toHaveProperty('error.status')
        for (const { status, text } of [plain, called]) {
          expect([400, 401, 413, 415]).toContain(status)
          expect(text.length).toBeLessThan(2000)
        }
      }
    },
  )

  it('DICOM is answered; one that lies about its image is refused, and its patient stays unnamed', async () => {
    const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => i % 4096)
    const shape = { rows: 64, columns: 64, values, bits: 12 }
    const send = async (file: Buffer) =>
      post('api', file, { 'Content-Type': 'application/dicom' }, '/api/predict')
    const answered = await send(await dicomFile({ ...shape, tags: { '00100020': MARKER } }))
    expect([answered.status, JSON.parse(answered.text).predictions[0].image]).toEqual([
      200,
      { width: 64, height: 64, format: 'dicom' },
    ])
    const lies: Partial<DicomOptions>[] = [
      { tags: { '00280010': 7000, '00280011': 7000, '00100020': MARKER } },
      { tags: { '00280010': 60_000, '00280011': 60_000 } },
      { syntax: 'JPEG 2000', frame: Buffer.alloc(5000, 255) },
      { syntax: 'RLE', frame: Buffer.alloc(5000, 255) },
      { tags: { '00080060': MARKER.slice(0, 16) } },
    ]
    for (const lie of lies) {
      const { status, type, text } = await send(await dicomFile({ ...shape, ...lie }))
      expect([400, 413, 415]).toContain(status)
      expect(type).toBe('application/problem+json')
      expect(text).not.toContain(MARKER)
    }
    expect(log()).not.toContain(MARKER)
    await answersStill()
  })

  it.runIf(spawnSync('python3', ['-c', 'import requests']).status === 0)(
    'the Python of docs/api.md works',
    async () => {
      const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
      const [, code] = page.match(/```python\n([^`]+)```/) ?? []
      const film = join(root, 'models/default/films/virus-1.jpeg')
      const ours = code.replace('https://PROJECT.web.app', servers.api.url).replace('xray.jpeg', film)
      const { stdout } = await promisify(execFile)('python3', ['-c', ours])
      expect(stdout.trim()).toBe('VIRUS')
    },
  )

  it('paths that cannot be decoded get a problem too', async () => {
    const { status, type } = await post('api', '', {}, '/api/%E0%A4%A')
    expect([status, type]).toEqual([404, 'application/problem+json'])
  })

  it('every answer has the security headers, and none says what made it', async () => {
    for (const { url } of Object.values(servers))
      for (const path of ['/api/models', '/nothing', '/favicon.ico']) {
        const { headers } = await fetch(url + path)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
        expect(headers.get('strict-transport-security')).toMatch('max-age=31536000')
        expect(headers.get('x-powered-by')).toBeNull()
      }
  })

  it('a stranger is refused by what admins call, while the body is still to come', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': 1_000_000 }
      const sent = httpRequest(servers.retrain.url, { method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode)
        sent.destroy()
      })
      sent.on('error', reject)
      sent.flushHeaders()
    })
    expect(status).toBe(401)
  })

  it('nothing of a request is in the log, wherever it stands', async () => {
    const form = new FormData()
    form.append('image', new Blob([MARKER]), `${MARKER}.jpeg`)
    form.append(MARKER, MARKER)
    await fetch(`${servers.api.url}/api/predict?model=${MARKER}`, { method: 'POST', body: form })
    const bodies = [
      { data: { '@type': 'x', image: MARKER } },
      { data: { '@type': 'type.googleapis.com/google.protobuf.Int64Value', value: MARKER } },
      { data: { image: MARKER, severity: MARKER, message: MARKER, caller: MARKER } },
      { data: { [MARKER]: MARKER } },
      { image: MARKER, time: MARKER, 'logging.googleapis.com/labels': MARKER },
      { data: {}, [MARKER]: 1 },
      MARKER,
    ].map((body) => JSON.stringify(body))
    const headers = [
      {},
      SIGNED_IN,
      { Authorization: `Bearer ${MARKER}` },
      { 'Content-Type': MARKER },
      { 'Content-Type': `multipart/form-data; boundary=${MARKER}` },
      { 'Content-Encoding': MARKER },
      { 'X-Zoidberg-Caller': MARKER, 'X-Firebase-AppCheck': MARKER, 'Firebase-Instance-ID-Token': MARKER },
    ]
    for (const target of TARGETS)
      for (const path of ['/api/predict', `/${MARKER}`, `/%E0%A4${MARKER}`, `/api/models/${MARKER}`])
        for (const header of headers)
          for (const body of [...bodies, `{"data":"${MARKER}`])
            await post(target, body, header as Record<string, string>, path)
    await answersStill()
    expect(
      log()
        .split('\n')
        .filter((line) => line.includes(MARKER)),
    ).toEqual([])
  })

  it.runIf(process.platform === 'linux')('no attack has cost much memory', () => {
    // The model, two requests of 30 MB and what decoding takes.
    for (const target of TARGETS) expect(peakMemoryOf(servers[target].process)).toBeLessThan(700)
  })
})
