/** Hostile and ordinary files, made on the spot. */
import { crc32 } from 'node:zlib'
import { drawPhantom, phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import sharp from 'sharp'

export const phantom = (
  kind: 'NORMAL' | 'BACTERIA' | 'VIRUS' = 'BACTERIA',
  width = 224,
  height = width,
  seed = 3,
) => phantomJpeg(kind, seed, { width, height })

export const phantomRaw = (width: number, height = width) =>
  sharp(drawPhantom('BACTERIA', 3, { width, height }), { raw: { width, height, channels: 1 } })

export const colourPhoto = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: '#60a0f0' } })
    .composite([
      {
        input: { create: { width: 120, height: 90, channels: 3, background: '#701008' } },
        left: 20,
        top: 30,
      },
    ])
    .jpeg()
    .toBuffer()

/**
 * A progressive JPEG of so many scans, all legal, or it would be refused for being damaged: one coefficient of the last
 * component after the other, each refined bit by bit.
 */
export async function jpegOfManyScans(scans: number, side = 64): Promise<Buffer> {
  const file = await phantomRaw(side, side)
    .toColourspace('srgb')
    .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
    .toBuffer()
  const [, , third] = positionsOf(file, [0xff, 0xda])
  const scan = file.subarray(third, file.indexOf(Buffer.from([0xff, 0xc4]), third))
  const BITS = 14
  const all = Array.from({ length: scans }, (_, i) => {
    const [coefficient, bit] = [1 + Math.floor(i / BITS), BITS - 1 - (i % BITS)]
    const copy = Buffer.from(scan)
    // Spectral selection from and to, and successive approximation: high and low.
    copy.set([coefficient, coefficient, (bit === BITS - 1 ? 0 : (bit + 1) << 4) | bit], 7)
    return copy
  })
  return Buffer.concat([file.subarray(0, third), ...all, Buffer.from([0xff, 0xd9])])
}

function positionsOf(file: Buffer, marker: number[]): number[] {
  const found: number[] = []
  for (let at = file.indexOf(Buffer.from(marker)); at >= 0; at = file.indexOf(Buffer.from(marker), at + 2))
    found.push(at)
  return found
}

export const svgWithEntity = () =>
  Buffer.from(
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>',
  )

/** A PNG whose header promises `width x height` gray pixels and whose data is next to nothing. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c03000000000100', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
