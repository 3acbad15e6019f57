import { decodeImage } from '@zoidberg/core/image.ts'
import { resemblance, thumbnail, warningsFor } from '@zoidberg/core/warnings.ts'
import { drawPhantom } from '@zoidberg/training/dataset/phantom.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { colourPhoto, phantom } from '../../support/images.ts'
import { manifestFor } from '../../support/models.ts'

const manifest = manifestFor('test-model', 64)
const size = { height: 64, width: 64 }
const template = [...thumbnail({ ...size, pixels: drawPhantom('NORMAL', 1, size) }, 8)]
manifest.input.reference = { side: 8, template, minCorrelation: 0.5 }

async function codes(bytes: Uint8Array) {
  return warningsFor(await decodeImage(bytes, size), manifest).map((warning) => warning.code)
}

describe('warningsFor', () => {
  it('has nothing to say of a phantom', async () => expect(await codes(await phantom('VIRUS'))).toEqual([]))
  it('has nothing to say of a gray image stored as RGB', async () =>
    expect(
      await codes(
        await sharp(await phantom())
          .toColourspace('srgb')
          .jpeg()
          .toBuffer(),
      ),
    ).toEqual([]))
  it('names colours and what is no chest', async () =>
    expect(await codes(await colourPhoto())).toEqual(['colour', 'not-chest-xray']))
  it('names a tiny image', async () => expect(await codes(await phantom('NORMAL', 50))).toContain('tiny'))
  it('names an extreme aspect', async () =>
    expect(await codes(await phantom('NORMAL', 500, 200))).toEqual(['aspect']))
  it('names a flat image', async () => {
    const flat = await sharp({ create: { width: 99, height: 99, channels: 3, background: '#777' } })
      .png()
      .toBuffer()
    expect(await codes(flat)).toEqual(['low-range', 'not-chest-xray'])
  })
  it('names an X-ray upside down', async () =>
    expect(
      await codes(
        await sharp(await phantom())
          .flip()
          .negate()
          .toBuffer(),
      ),
    ).toContain('not-chest-xray'))
  it('measures resemblance as a correlation', () => {
    const reference = { side: 8, template, minCorrelation: 0 }
    const pixels = drawPhantom('NORMAL', 1, size)
    expect(resemblance({ ...size, pixels }, reference)).toBeCloseTo(1, 6)
    expect(resemblance({ ...size, pixels: pixels.map((value) => 255 - value) }, reference)).toBeCloseTo(-1, 6)
  })
})
