/** From the bytes of a frame to its stored values, by libraries where there are some. */
import charls from '@cornerstonejs/codec-charls/decode'
import openjpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import { Decoder as LosslessDecoder } from 'jpeg-lossless-decoder-js'
import sharp from 'sharp'
import { type Coding, DicomError, type DicomHeader, damaged } from './header.ts'

export type Stored = Uint8Array | Uint16Array
type Decode = (frame: Uint8Array, header: DicomHeader) => Stored | Promise<Stored>

/** Little-endian, as every machine that this runs on keeps numbers. */
const sixteen = (bytes: Uint8Array): Uint16Array => {
  const copy = bytes.slice()
  return new Uint16Array(copy.buffer, copy.byteOffset, copy.length >> 1)
}
const valuesOf = (bytes: Uint8Array, { allocated }: DicomHeader): Stored =>
  allocated === 8 ? bytes : sixteen(bytes)

type Codec = {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number }
  delete(): void
}

/** Both libraries are C++ in WebAssembly, with the same words. */
function byCodec(codec: Codec, frame: Uint8Array, { rows, columns }: DicomHeader): Stored {
  try {
    codec.getEncodedBuffer(frame.length).set(frame)
    codec.decode()
    const { width, height, bitsPerSample, componentCount } = codec.getFrameInfo()
    if (width !== columns || height !== rows || componentCount !== 1)
      throw new DicomError('is a DICOM file whose image has another size than it says', 'not-an-image')
    const decoded = codec.getDecodedBuffer()
    return bitsPerSample <= 8 ? decoded.slice() : sixteen(decoded)
  } finally {
    codec.delete()
  }
}

/** PackBits, the high bytes of all values before the low ones: PS3.5 annex G. */
function fromRle(frame: Uint8Array, { rows, columns, allocated }: DicomHeader): Stored {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const planes = view.getUint32(0, true)
  if (planes !== allocated / 8) throw new DicomError('is a DICOM file whose image is coded in an odd way')
  const values = allocated === 8 ? new Uint8Array(rows * columns) : new Uint16Array(rows * columns)
  for (let plane = 0; plane < planes; plane++) {
    const start = view.getUint32(4 + 4 * plane, true)
    const end = plane + 1 < planes ? view.getUint32(8 + 4 * plane, true) : frame.length
    const shift = 8 * (planes - 1 - plane)
    let out = 0
    for (let i = start; i < end && out < values.length; ) {
      const head = view.getInt8(i++)
      if (head >= 0)
        for (let k = 0; k <= head && out < values.length; k++) values[out++] |= frame[i++] << shift
      else if (head > -128) {
        const byte = frame[i++]
        for (let k = 0; k <= -head && out < values.length; k++) values[out++] |= byte << shift
      }
    }
    if (out < values.length) throw damaged()
  }
  return values
}

const DECODERS: Record<Coding, Decode> = {
  raw: valuesOf,
  'raw, big endian': (frame, header) => {
    if (header.allocated === 8) return frame
    const values = sixteen(frame)
    return values.map((value) => ((value & 0xff) << 8) | (value >> 8))
  },
  RLE: fromRle,
  'JPEG baseline': async (frame) => new Uint8Array(await sharp(frame).toColourspace('b-w').raw().toBuffer()),
  'JPEG lossless': (frame, header) => {
    const decoder = new LosslessDecoder()
    const decoded = decoder.decompress(frame.buffer as ArrayBuffer, frame.byteOffset, frame.byteLength)
    return header.allocated === 8 ? new Uint8Array(decoded) : new Uint16Array(decoded)
  },
  'JPEG-LS': async (frame, header) => byCodec(new (await charls()).JpegLSDecoder(), frame, header),
  'JPEG 2000': async (frame, header) => byCodec(new (await openjpeg()).J2KDecoder(), frame, header),
}

/**
 * Decodes a frame.
 *
 * @returns stored values, `rows * columns` of them
 * @throws DicomError, or an error of a library, if the frame is damaged or of another size
 */
export async function decodeFrame(frame: Uint8Array, header: DicomHeader): Promise<Stored> {
  const values = await DECODERS[header.coding](frame, header)
  const count = header.rows * header.columns
  if (values.length < count) throw damaged()
  return values.subarray(0, count)
}
