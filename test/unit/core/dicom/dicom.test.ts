/** DICOM as hospitals send it, made by our own generator: what is read, what is refused, and what is never told. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeImage, readHeader } from '@zoidberg/core/image.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type DicomOptions, dicomFile, SYNTAXES } from '../../../../scripts/lib/dicom.ts'
import { manifestFor } from '../../../support/models.ts'

const SHAPE = { rows: 24, columns: 32 }
const SIZE = { height: SHAPE.rows, width: SHAPE.columns }
const COUNT = SHAPE.rows * SHAPE.columns
/** From 0 up to 4095, in an order with neighbours alike and apart. */
const VALUES = Array.from({ length: COUNT }, (_, i) => (i * 37) % 4096)
const WINDOW = { '00281050': '2048', '00281051': '4096' }

const decode = async (options: Partial<DicomOptions> = {}) =>
  decodeImage(
    await dicomFile({ ...SHAPE, values: VALUES, bits: 12, tags: WINDOW, ...options }),
    SIZE,
    'x.dcm',
  )
/** PS3.3 C.11.2.1.2.1, for this window. */
const windowed = (value: number) =>
  Math.max(0, Math.min(255, Math.round(255 * ((value - 2047.5) / 4095 + 0.5))))

describe('a DICOM file', () => {
  it.each(['raw', 'RLE', 'JPEG lossless', 'JPEG-LS', 'JPEG 2000'] as const)(
    'of the transfer syntax %s gives the values that were stored, through its window',
    async (syntax) => {
      const { pixels, width, height, format, isLateral } = await decode({ syntax })
      expect([...pixels]).toEqual(VALUES.map(windowed))
      expect({ width, height, format, isLateral }).toEqual({ ...SIZE, format: 'dicom', isLateral: false })
    },
  )

  it('of JPEG baseline gives eight bits', async () => {
    const grays = Uint8Array.from(VALUES, (value) => value >> 4).sort()
    const frame = await sharp(grays, { raw: { ...SIZE, channels: 1 } })
      .jpeg({ quality: 100 })
      .toBuffer()
    const tags = { '00281050': '128', '00281051': '256' }
    const { pixels } = await decode({ syntax: 'JPEG baseline', allocated: 8, bits: 8, frame, tags })
    for (const [i, gray] of grays.entries()) expect(Math.abs(pixels[i] - gray)).toBeLessThan(6)
  })

  it('is turned where high values are dark', async () => {
    const { pixels } = await decode({ tags: { ...WINDOW, '00280004': 'MONOCHROME1' } })
    expect([...pixels]).toEqual(VALUES.map((value) => 255 - windowed(value)))
  })

  it('is rescaled before its window, and may have values below nothing', async () => {
    const tags = { '00281050': '1024', '00281051': '4096', '00281052': '1024', '00281053': '0.5' }
    const values = VALUES.map((value) => value - 2048)
    const { pixels } = await decode({ values, signed: true, bits: 16, tags })
    const shown = (value: number) =>
      Math.max(0, Math.min(255, Math.round(255 * ((0.5 * value + 1024 - 1023.5) / 4095 + 0.5))))
    expect([...pixels]).toEqual(values.map(shown))
  })

  it('without a window is spread over its values, whatever stands in bits that are not stored', async () => {
    const values = VALUES.map((value, i) => Math.floor(value / 4) | (i % 2 ? 0xf000 : 0))
    const { pixels } = await decode({ values, tags: {} })
    expect(Math.min(...pixels)).toBe(0)
    expect(Math.max(...pixels)).toBe(255)
  })

  it('knows the height of its pixels, and the warning of a film taken from the side', async () => {
    const image = await decode({ tags: { ...WINDOW, '00280034': '2\\1', '00185101': 'LL' } })
    expect([image.width, image.height]).toEqual([32, 48])
    expect(warningsFor(image, manifestFor('some-model', 24)).map(({ code }) => code)).toContain('lateral')
  })

  it('tells nothing of the patient but a hash that stays the same', async () => {
    const [one, again, other] = await Promise.all([
      decode(),
      decode({ syntax: 'RLE' }),
      decode({ tags: { ...WINDOW, '00100020': 'somebody-else' } }),
    ])
    expect(one.patient).toMatch(/^[0-9a-f]{16}$/)
    expect(again.patient).toBe(one.patient)
    expect(other.patient).not.toBe(one.patient)
    expect(JSON.stringify({ ...one, pixels: undefined })).not.toMatch(/jane|doe/i)
  })

  it.each<[string, Partial<DicomOptions>, string, RegExp]>([
    [
      'a CT',
      { tags: { '00080060': 'CT' } },
      'unsupported-type',
      /x.dcm is a DICOM file of the modality CT, and no X-ray/,
    ],
    ['several frames', { tags: { '00280008': '30' } }, 'unsupported-type', /of several frames/],
    ['colours', { tags: { '00280002': 3, '00280004': 'RGB' } }, 'unsupported-type', /in colours/],
    [
      'a syntax that is not read',
      { syntax: 'JPEG 2000 part 2', frame: Buffer.alloc(10) },
      'unsupported-type',
      /1\.2\.840\.10008\.1\.2\.4\.92, which is not read here/,
    ],
    ['no size', { tags: { '00280010': undefined } }, 'unsupported-type', /whose image is not described/],
    ['too few pixels', { frame: Buffer.alloc(100) }, 'not-an-image', /damaged or cut off/],
    [
      'JPEG 2000 that is none',
      { syntax: 'JPEG 2000', frame: Buffer.alloc(1000, 7) },
      'not-an-image',
      /another size than it says/,
    ],
    [
      'JPEG-LS that is none',
      { syntax: 'JPEG-LS', frame: Buffer.alloc(1000, 7) },
      'not-an-image',
      /damaged or cut off/,
    ],
    [
      'a lossless JPEG that is none',
      { syntax: 'JPEG lossless', frame: Buffer.alloc(1000, 7) },
      'not-an-image',
      /damaged or cut off/,
    ],
    [
      'RLE that is none',
      { syntax: 'RLE', frame: Buffer.alloc(1000, 7) },
      'unsupported-type',
      /coded in an odd way/,
    ],
    [
      'an image of another size',
      { syntax: 'JPEG 2000', tags: { '00280010': 12 } },
      'not-an-image',
      /another size than it says/,
    ],
  ])(
    'of %s is refused, and the error names what is wrong and nothing of the patient',
    async (_, options, type, message) => {
      const error = await decode(options).catch((error) => error)
      expect(error).toMatchObject({ type, message: expect.stringMatching(message) })
      expect(error.message).not.toMatch(/jane|doe/i)
    },
  )

  it('is measured before it is decoded', async () => {
    const file = await dicomFile({
      ...SHAPE,
      values: VALUES,
      tags: { '00280010': 60_000, '00280011': 60_000 },
    })
    await expect(readHeader(file, 'x.dcm')).rejects.toMatchObject({ type: 'too-large' })
  })

  it('that is cut off anywhere is refused, and never waited for', async () => {
    const file = await dicomFile({ ...SHAPE, values: VALUES, syntax: 'JPEG-LS' })
    for (let length = 133; length < file.length - 40; length += 61)
      await expect(decodeImage(file.subarray(0, length), SIZE, 'x.dcm')).rejects.toMatchObject({
        type: expect.stringMatching(/not-an-image|unsupported-type/),
      })
  })

  it('that keeps its codec for ever is given up long before a large one would be', async () => {
    // A thousand bytes that the fuzzer made of our own JPEG-LS file.
    const endless = await readFile(join(import.meta.dirname, '../../../fixtures/dicom/endless-jpeg-ls.dcm'))
    const started = performance.now()
    await expect(decodeImage(endless, SIZE, 'x.dcm')).rejects.toThrow('x.dcm takes too long to decode')
    expect(performance.now() - started).toBeLessThan(8000)
  }, 15_000)

  it('can be of every syntax that the generator knows', () => expect(Object.keys(SYNTAXES)).toHaveLength(7))
})

describe('a PNG of sixteen bits', () => {
  const png = (bits: number) => {
    const values = Uint16Array.from({ length: COUNT }, (_, i) =>
      Math.round((i / (COUNT - 1)) * (2 ** bits - 1)),
    )
    return sharp(values, { raw: { ...SIZE, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
  }
  it.each([10, 12, 14])('with values of %i bits is scaled by its content', async (bits) => {
    const { pixels } = await decodeImage(await png(bits), SIZE)
    expect(Math.max(...pixels)).toBeGreaterThan(250)
    expect(pixels[COUNT / 2]).toBeGreaterThan(120)
  })
  it('with values of sixteen bits stays as it was', async () => {
    const { pixels } = await decodeImage(await png(16), SIZE)
    expect(pixels[COUNT / 2]).toBeCloseTo(128, -1)
  })
})
