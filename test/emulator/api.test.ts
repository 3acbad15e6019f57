/** The bad-input table, through the running Hosting and Functions emulators; each row is followed by a good image. */

import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_MODEL, formOf, PAGE, predictCallable, publishDefault, upload } from '../support/emulators.ts'
import { colourPhoto, phantom, phantomRaw, pngBomb, svgWithEntity } from '../support/images.ts'

let id: string
beforeAll(async () => {
  id = await publishDefault()
})

const MB = 1024 * 1024
const multipartWithWrongBoundary = async () => {
  const request = new Request('http://x', { method: 'POST', body: formOf([['a.jpg', await phantom()]]) })
  return {
    body: await request.arrayBuffer(),
    headers: { 'Content-Type': 'multipart/form-data; boundary=wrong' },
  }
}

type Row = [
  name: string,
  make: () => Promise<{ body: BodyInit; headers?: Record<string, string> }>,
  status: number,
  detail: RegExp,
]
const one = (name: string, bytes: Uint8Array) => ({ body: formOf([[name, bytes]]) })
const ROWS: Row[] = [
  [
    'a truncated JPEG',
    async () => one('cut.jpg', (await phantom()).subarray(0, 4000)),
    400,
    /cut\.jpg is damaged/,
  ],
  ['an empty part', async () => one('empty.jpg', new Uint8Array()), 400, /empty\.jpg is empty/],
  ['zero bytes', async () => one('zero.jpg', new Uint8Array(999)), 400, /zero\.jpg is not an image/],
  ['an empty body', async () => ({ body: new Uint8Array() as never }), 400, /empty/],
  [
    'a field of another name',
    async () => ({ body: formOf([['a.jpg', await phantom()]], 'picture') }),
    400,
    /field "image"/,
  ],
  ['a form without a file', async () => ({ body: new FormData() }), 400, /no file|damaged/],
  ['a wrong boundary', multipartWithWrongBoundary, 400, /no file|damaged/],
  [
    'an SVG with an external entity',
    async () => one('x.svg', svgWithEntity()),
    415,
    /x\.svg is a file of the type SVG/,
  ],
  ['an SVG named .jpg', async () => one('x.jpg', svgWithEntity()), 415, /x\.jpg is a file of the type SVG/],
  ['a PDF', async () => one('x.pdf', Buffer.from('%PDF-1.4')), 415, /x\.pdf is a file of the type PDF/],
  [
    'a TIFF',
    async () => one('x.tif', await phantomRaw(64).tiff().toBuffer()),
    415,
    /x\.tif is a file of the type TIFF/,
  ],
  [
    'a 60-megapixel image',
    async () =>
      one(
        'big.png',
        await sharp({ create: { width: 10_000, height: 6_000, channels: 3, background: 'gray' } })
          .png()
          .toBuffer(),
      ),
    413,
    /50 megapixels/,
  ],
  ['a PNG bomb', async () => one('bomb.png', pngBomb(60_000, 60_000)), 413, /50 megapixels/],
  [
    'an 11 MB file',
    async () => one('fat.jpg', Buffer.concat([await phantom(), Buffer.alloc(11 * MB)])),
    413,
    /fat\.jpg is larger than 10 MB/,
  ],
  [
    '17 files',
    async () => ({
      body: formOf(
        await Promise.all(
          Array.from({ length: 17 }, async (_, i) => [`${i}.jpg`, await phantom()] as [string, Uint8Array]),
        ),
      ),
    }),
    413,
    /more than 16 files/,
  ],
  [
    'a 31 MB body',
    async () => ({
      body: formOf(Array.from({ length: 4 }, (_, i) => [`${i}.jpg`, Buffer.alloc(7.75 * MB)])),
    }),
    413,
    /larger than 30 MB/,
  ],
]

describe('POST /api/predict through Hosting', () => {
  it.each(ROWS)('refuses %s and then answers a good image', async (_, make, status, detail) => {
    const { body, headers } = await make()
    const response = await upload(body, headers)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(detail) })
    expect(response.status).toBe(status)
    expect((await upload((await phantom()) as never)).status).toBe(200)
  })

  it.each([
    ['?model=stranger', 404],
    ['?operatingPoint=stranger', 400],
  ])('refuses %s', async (query, status) => {
    expect((await upload((await phantom()) as never, {}, query)).status).toBe(status)
  })

  it.each<[string, () => Promise<Uint8Array>]>([
    ['colour', colourPhoto],
    ['tiny', () => phantom('NORMAL', 40)],
    ['aspect', () => phantom('NORMAL', 900, 300)],
  ])('answers an odd image with the warning %s', async (code, make) => {
    const response = await upload((await make()) as never)
    expect(response.status).toBe(200)
    expect((await response.json()).predictions[0].warnings.map((w: { code: string }) => w.code)).toContain(
      code,
    )
  })

  it.each([
    [224, 224],
    [640, 480],
    [1600, 1200],
  ])(
    'gives a %i x %i file exactly the tensor and the answer that training evaluates',
    async (width, height) => {
      await loadEngine()
      const file = await phantom('VIRUS', width, height)
      const model = await loadModel(folder(DEFAULT_MODEL))
      const { pixels } = await decodeImage(file, model.manifest.input)
      const offline = decide((await model.predict([pixels])).probabilities[0], model.manifest)
      const [online] = (await (await upload(file as never)).json()).predictions
      expect(online.label).toBe(offline.label)
      expect(Math.abs(online.decision.probability - offline.decision.probability)).toBeLessThan(1e-4)
      model.dispose()
    },
  )

  it('gives a 1600 x 1200 phantom and its own 224 x 224 squash the same label', async () => {
    for (const kind of ['NORMAL', 'BACTERIA', 'VIRUS'] as const) {
      const large = await phantom(kind, 1600, 1200)
      const small = await sharp(large).resize(224, 224, { fit: 'fill' }).jpeg({ quality: 95 }).toBuffer()
      const { predictions } = await (
        await upload(
          formOf([
            ['large.jpg', large],
            ['small.jpg', small],
          ]),
        )
      ).json()
      expect(predictions[0].label).toBe(predictions[1].label)
      for (const label of Object.keys(predictions[0].probabilities))
        expect(
          Math.abs(predictions[0].probabilities[label] - predictions[1].probabilities[label]),
        ).toBeLessThan(0.03)
    }
  })

  it('explains with a picture of evidence where that is asked for', async () => {
    const [plain] = (await (await upload((await phantom()) as never)).json()).predictions
    const [explained] = (await (await upload((await phantom()) as never, {}, '?explain=1')).json())
      .predictions
    expect(plain.explanation).toBeUndefined()
    const { width, height, png } = explained.explanation
    expect(await sharp(Buffer.from(png, 'base64')).metadata()).toMatchObject({
      format: 'png',
      width,
      height,
      hasAlpha: true,
    })
  })
})

describe('Hosting', () => {
  it('serves its two pages, and says of any other path that there is none', async () => {
    const at = async (path: string) => {
      const response = await fetch(`${PAGE}${path}`)
      return [response.status, response.headers.get('Content-Type')?.split(';')[0]]
    }
    expect(await at('/admin')).toEqual([200, 'text/html'])
    expect(await at('/admin/')).toEqual([200, 'text/html'])
    expect(await at('/nothing/here')).toEqual([404, 'text/html'])
    expect(await at('/assets/admin-of-yesterday.js')).toEqual([404, 'text/html'])
  })

  it('lets no other site frame it, and runs no script but its own and reCAPTCHA', async () => {
    const { headers } = await fetch(PAGE)
    expect(headers.get('Content-Security-Policy')).toMatch(
      /script-src 'self' (https:\/\/www\.(google|gstatic)\.com\/recaptcha\/[ ;])+.*frame-ancestors 'none'/,
    )
  })
})

describe('the callable through Hosting', () => {
  const base64 = async () => (await phantom()).toString('base64')

  it('refuses an image that is no call', async () => {
    const response = await fetch(`${PAGE}/predict`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ image: await base64() }),
    })
    expect(response.status).toBe(400)
    expect((await response.json()).error.status).toBe('INVALID_ARGUMENT')
  })

  const call = async (data: unknown) =>
    (await predictCallable(data)).data as { label: string; model: { id: string } }

  it('answers an image and a sample', async () => {
    expect(await call({ image: await base64(), model: null, operatingPoint: undefined })).toMatchObject({
      label: expect.any(String),
      model: { id, channel: 'production' },
    })
    expect(
      await call({ sample: `${id}.normal-1`, explain: true, operatingPoint: 'screening' }),
    ).toMatchObject({
      decision: { operatingPoint: 'screening' },
    })
  })

  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    ['no data', async () => null, 'invalid-argument', /not valid/],
    ['neither image nor sample', async () => ({}), 'invalid-argument', /either image or sample/],
    [
      'both',
      async () => ({ image: await base64(), sample: 'x' }),
      'invalid-argument',
      /either image or sample/,
    ],
    [
      'an unknown key',
      async () => ({ image: await base64(), path: '/etc/passwd' }),
      'invalid-argument',
      /path/,
    ],
    ['a number for an image', async () => ({ image: 7 }), 'invalid-argument', /image/],
    ['invalid base64', async () => ({ image: 'this is not base64!' }), 'invalid-argument', /base64/],
    ['an empty image', async () => ({ image: '' }), 'invalid-argument', /empty/],
    [
      'text as an image',
      async () => ({ image: Buffer.from('hello there').toString('base64') }),
      'invalid-argument',
      /not an image/,
    ],
    ['an SVG', async () => ({ image: svgWithEntity().toString('base64') }), 'invalid-argument', /SVG/],
    [
      'an 11 MB image',
      async () => ({ image: Buffer.alloc(11 * MB).toString('base64') }),
      'invalid-argument',
      /10 MB/,
    ],
    ['an unknown sample', async () => ({ sample: 'stranger.001' }), 'not-found', /no sample/],
    [
      'a sample outside the gallery',
      async () => ({ sample: `${id}.../../models` }),
      'not-found',
      /no sample/,
    ],
    ['an unknown model', async () => ({ image: await base64(), model: 'stranger' }), 'not-found', /stranger/],
    [
      'an unknown operating point',
      async () => ({ image: await base64(), operatingPoint: 'x' }),
      'invalid-argument',
      /operating point/,
    ],
  ])('refuses %s and then answers a good image', async (_, make, code, message) => {
    await expect(call(await make())).rejects.toMatchObject({
      code: `functions/${code}`,
      message: expect.stringMatching(message),
    })
    expect(await call({ image: await base64() })).toMatchObject({ model: { id } })
  })
})

describe('the other routes through Hosting', () => {
  it('serves cards, gallery and health', async () => {
    const json = async (path: string) => (await fetch(`${PAGE}/api/${path}`)).json()
    expect((await json('models')).models[0]).toMatchObject({ id, channels: ['production'], explains: true })
    expect(await json('samples')).toMatchObject({
      synthetic: false,
      attribution: { license: 'CC BY 4.0' },
      samples: expect.arrayContaining([{ id: `${id}.normal-1`, label: 'NORMAL' }]),
    })
    expect(await json('health')).toMatchObject({ ready: true, model: { id, channel: 'production' } })
  })

  it('answers a wrong method with 405 and an unknown path with 404', async () => {
    expect((await fetch(`${PAGE}/api/predict`)).status).toBe(405)
    expect((await fetch(`${PAGE}/api/secret`)).status).toBe(404)
  })
})
