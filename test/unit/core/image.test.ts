import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { decodeImage, sniff } from '@zoidberg/core/image.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { jpegOfManyScans, phantom, phantomRaw, pngBomb, svgWithEntity } from '../../support/images.ts'

const SIZE = { height: 64, width: 64 }
const decode = (bytes: Uint8Array) => decodeImage(bytes, SIZE, 'x-ray')
const furthest = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))

describe('decodeImage', () => {
  const base = () => phantomRaw(96, 80)
  const asGray = async () => (await decode(await base().png().toBuffer())).pixels

  it.each([
    ['RGB PNG', () => base().toColourspace('srgb').png()],
    ['RGBA PNG', () => base().toColourspace('srgb').ensureAlpha().png()],
    ['lossless WebP', () => base().toColourspace('srgb').webp({ lossless: true })],
  ])('gives the same pixels for %s as for gray', async (_, make) => {
    expect(furthest((await decode(await make().toBuffer())).pixels, await asGray())).toBeLessThanOrEqual(1)
  })

  it.each([
    ['palette PNG', () => base().png({ palette: true, colours: 256 })],
    ['gray JPEG', () => base().jpeg({ quality: 95 })],
    ['RGB JPEG', () => base().toColourspace('srgb').jpeg({ quality: 95 })],
    ['progressive JPEG', () => base().jpeg({ quality: 95, progressive: true })],
  ])('gives nearly the same pixels for %s', async (_, make) => {
    expect(furthest((await decode(await make().toBuffer())).pixels, await asGray())).toBeLessThanOrEqual(12)
  })

  it('takes transparent pixels for black', async () => {
    const png = await sharp({
      create: { width: 70, height: 70, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    })
      .png()
      .toBuffer()
    expect(Math.max(...(await decode(png)).pixels)).toBe(0)
  })

  it('turns the image as EXIF says, and reports the turned width and height', async () => {
    const upright = await decode(await base().jpeg({ quality: 100 }).toBuffer())
    const turned = await base().rotate(270).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer()
    const decoded = await decode(turned)
    expect([decoded.width, decoded.height]).toEqual([96, 80])
    expect(furthest(decoded.pixels, upright.pixels)).toBeLessThanOrEqual(12)
  })

  it('squashes: it neither crops nor letterboxes', async () => {
    const wide = await sharp({ create: { width: 200, height: 50, channels: 3, background: 'white' } })
      .png()
      .toBuffer()
    expect(Math.min(...(await decode(wide)).pixels)).toBe(255)
  })

  it.each([
    [224, 224],
    [640, 480],
    [1600, 1200],
  ])('decodes a %i x %i file to the same bytes every time', async (width, height) => {
    const file = await phantom('VIRUS', width, height)
    const [first, ...rest] = await Promise.all([1, 2, 3, 4].map(() => decode(file)))
    for (const other of rest) expect(other.pixels).toEqual(first.pixels)
  })

  it('is the stated kernel: another resize gives other bytes', async () => {
    const file = await phantom('BACTERIA', 200, 150)
    const resized = (kernel: 'lanczos3' | 'cubic' | 'linear' | 'nearest') =>
      sharp(file)
        .toColourspace('b-w')
        .resize(64, 64, { fit: 'fill', kernel, fastShrinkOnLoad: false })
        .raw()
        .toBuffer()
    const { pixels } = await decode(file)
    expect(Buffer.from(pixels).equals(await resized('lanczos3'))).toBe(true)
    for (const kernel of ['cubic', 'linear', 'nearest'] as const)
      expect(Buffer.from(pixels).equals(await resized(kernel))).toBe(false)
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, number]>([
    ['an empty file', () => new Uint8Array(), 400],
    ['zero bytes', () => new Uint8Array(5000), 400],
    ['text', () => Buffer.from('not an image at all'), 400],
    ['a truncated JPEG', async () => (await phantom()).subarray(0, 3000), 400],
    ['a JPEG header alone', async () => (await phantom()).subarray(0, 30), 400],
    ['a PNG with broken data', () => pngBomb(100, 100), 400],
    ['a PNG that promises 60 megapixels', () => pngBomb(10_000, 6_000), 413],
    ['a PNG that promises 4 gigapixels', () => pngBomb(65_000, 65_000), 413],
    ['a JPEG of two hundred scans', () => jpegOfManyScans(200), 413],
    ['a JPEG of 85 scans of nine megapixels', () => jpegOfManyScans(85, 3000), 413],
    ['an SVG with an external entity', svgWithEntity, 415],
    ['a PDF', () => Buffer.from('%PDF-1.7 …'), 415],
    [
      'a GIF',
      () =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .gif()
          .toBuffer(),
      415,
    ],
    [
      'a TIFF',
      () =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .tiff()
          .toBuffer(),
      415,
    ],
    [
      'an AVIF',
      () =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .avif()
          .toBuffer(),
      415,
    ],
    ['a DICOM without anything in it', () => Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), 400],
    ['a file over 10 MB', () => new Uint8Array(MAX_FILE_BYTES + 1), 413],
  ])('refuses %s, naming the file', async (_, make, status) => {
    await expect(decode(await make())).rejects.toMatchObject({
      name: 'ZoidbergError',
      status,
      message: expect.stringContaining('x-ray'),
    })
  })

  it.each<[string, number[] | string, string]>([
    ['BMP', `BM\x46\0\0\0\0\0\0\0${'\0'.repeat(20)}`, 'BMP'],
    ['JPEG 2000 file', [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20], 'JPEG 2000'],
    ['JPEG 2000 stream', [0xff, 0x4f, 0xff, 0x51], 'JPEG 2000'],
    ['JPEG XL file', [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20], 'JPEG XL'],
    ['JPEG XL stream', [0xff, 0x0a], 'JPEG XL'],
    ['large TIFF', 'MM\0+', 'TIFF'],
  ])('names a %s', (_, start, name) => {
    const bytes = typeof start === 'string' ? Buffer.from(start, 'latin1') : Uint8Array.from(start)
    expect(sniff(bytes)).toEqual({ refused: name })
  })

  it('takes nothing for a picture that only begins like one', () => {
    for (const start of [
      'BM',
      `BM\0\0\0\0\x01\0\0\0${'\0'.repeat(20)}`,
      'RIFF',
      'RIFF....WAVE',
      '....WEBP',
      'a <svg>',
    ])
      expect(sniff(Buffer.from(start, 'latin1'))).toBeUndefined()
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['an empty file', () => new Uint8Array(), 'x-ray is empty. Export the X-ray again and send that.'],
    [
      'a file that is no image',
      () => new Uint8Array(MAX_FILE_BYTES), // as large as may be
      'x-ray is not an image that can be read. Export the X-ray as JPEG, PNG, WebP or DICOM and send that.',
    ],
    [
      'a file of another type',
      () => Buffer.from('%PDF-1.7'),
      'x-ray is a file of the type PDF. Export the X-ray as JPEG, PNG, WebP or DICOM and send that.',
    ],
    [
      'a file that is too large',
      () => new Uint8Array(MAX_FILE_BYTES + 1),
      'x-ray is larger than 10 MB. Save it as a JPEG and send that.',
    ],
    [
      'an image of too many pixels',
      () => pngBomb(10_000, 6_000),
      'x-ray has more than 50 megapixels. Make it smaller and send that.',
    ],
    [
      'a JPEG of too many scans',
      () => jpegOfManyScans(101),
      'x-ray is a JPEG of more than 100 scans. Save it as an ordinary JPEG and send that.',
    ],
    [
      'a damaged image',
      async () => (await phantom()).subarray(0, 3000),
      'x-ray is damaged or cut off. Export the X-ray again and send that.',
    ],
  ])('says of %s what is wrong and what to do', async (_, make, message) => {
    await expect(decode(await make())).rejects.toThrow(message)
  })

  it('calls an image without a name "the image"', async () => {
    await expect(decodeImage(new Uint8Array(), { width: 64, height: 64 })).rejects.toThrow(
      'The image is empty.',
    )
  })

  it('takes a JPEG of nearly a hundred scans', async () => {
    expect((await decode(await jpegOfManyScans(96))).format).toBe('jpeg')
  })

  it('shows what is transparent as black', async () => {
    const clear = { r: 255, g: 255, b: 255, alpha: 0 }
    const file = await sharp({ create: { width: 9, height: 9, channels: 4, background: clear } })
      .png()
      .toBuffer()
    expect(new Set((await decode(file)).pixels)).toEqual(new Set([0]))
  })

  it('counts no scan where there is a byte pair by chance: a JPEG of noise is one', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 512 * 512 }, (_, i) => (i * 2_654_435_761) >>> 24))
    const file = await sharp(noise, { raw: { width: 512, height: 512, channels: 1 } })
      .jpeg({ quality: 100, progressive: true })
      .toBuffer()
    expect((await decode(file)).pixels).toHaveLength(64 * 64)
  })

  it('still decodes after all that', async () =>
    expect((await decode(await phantom())).pixels).toHaveLength(64 * 64))

  it('judges by content, not by name', async () => {
    expect(sniff(await phantom())).toEqual({ format: 'jpeg' })
    expect(sniff(Buffer.from('  <svg xmlns="…">'))).toEqual({ refused: 'SVG or XML' })
    expect(sniff(Buffer.from('hello'))).toBeUndefined()
  })

  it('reads 16-bit PNG as 8-bit gray', async () => {
    const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i % 64) * 1024)
    const png = await sharp(values, { raw: { width: 64, height: 64, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    const { pixels } = await decode(png)
    expect(Math.abs(pixels[40] - 160)).toBeLessThanOrEqual(3)
  })
})
