/** DICOM files as detectors and archives write them, made here: explicit little endian, with whatever a test wants changed. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export type Shape = { rows: number; columns: number }
/** @property values stored values, `rows * columns` of them */
export type DicomOptions = Shape & {
  values: ArrayLike<number>
  allocated?: 8 | 16
  bits?: number
  signed?: boolean
  syntax?: keyof typeof SYNTAXES
  /** More elements, or others, by tag: text, or numbers of 16 bits. */
  tags?: Record<string, string | number | undefined>
  /** What stands in the place of the image. */
  frame?: Buffer
}

export const SYNTAXES = {
  raw: '1.2.840.10008.1.2.1',
  RLE: '1.2.840.10008.1.2.5',
  'JPEG baseline': '1.2.840.10008.1.2.4.50',
  'JPEG lossless': '1.2.840.10008.1.2.4.70',
  'JPEG-LS': '1.2.840.10008.1.2.4.80',
  'JPEG 2000': '1.2.840.10008.1.2.4.90',
  'JPEG 2000 part 2': '1.2.840.10008.1.2.4.92',
} as const

const VRS: Record<string, string> = {
  '00080060': 'CS',
  '00100010': 'PN',
  '00100020': 'LO',
  '00185101': 'CS',
  '00280004': 'CS',
  '00280008': 'IS',
  '00280034': 'IS',
  '00281050': 'DS',
  '00281051': 'DS',
  '00281052': 'DS',
  '00281053': 'DS',
}

/** @returns the bytes of a file */
export async function dicomFile(options: DicomOptions): Promise<Buffer> {
  const {
    rows,
    columns,
    allocated = 16,
    bits = allocated,
    signed = false,
    syntax = 'raw',
    tags = {},
  } = options
  const texts = {
    '00080060': 'DX',
    '00100010': 'Doe^Jane',
    '00100020': 'patient-jane-doe-1957',
    '00280002': 1,
    '00280004': 'MONOCHROME2',
    '00280010': rows,
    '00280011': columns,
    '00280100': allocated,
    '00280101': bits,
    '00280102': bits - 1,
    '00280103': Number(signed),
    ...tags,
  }
  const elements = Object.entries(texts)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => element(tag, value as string | number))
  const frame = options.frame ?? (await encode(options, syntax))
  const image = syntax === 'raw' ? long('7fe00010', 'OW', frame) : encapsulated(frame)
  const meta = element('00020010', SYNTAXES[syntax], 'UI')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    short('00020000', 'UL', length),
    meta,
    ...elements,
    image,
  ])
}

const tagOf = (tag: string): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16))
  bytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  return bytes
}
const even = (bytes: Buffer, pad = 0x20): Buffer =>
  bytes.length % 2 ? Buffer.concat([bytes, Buffer.from([pad])]) : bytes

function short(tag: string, vr: string, value: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16LE(value.length)
  return Buffer.concat([tagOf(tag), Buffer.from(vr), length, value])
}
function long(tag: string, vr: string, value: Buffer, length = value.length): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt32LE(length, 2)
  return Buffer.concat([tagOf(tag), Buffer.from(vr), head, value])
}
function element(tag: string, value: string | number, vr = VRS[tag] ?? 'LO'): Buffer {
  if (typeof value === 'string') return short(tag, vr, even(Buffer.from(value), vr === 'UI' ? 0 : 0x20))
  const number = Buffer.alloc(2)
  number.writeUInt16LE(value)
  return short(tag, 'US', number)
}

const item = (tag: string, value: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(value.length)
  return Buffer.concat([tagOf(tag), length, value])
}
/** An empty table of offsets, the frame in two fragments, and the end. */
function encapsulated(frame: Buffer): Buffer {
  const whole = even(frame, 0)
  const half = 2 * Math.ceil(whole.length / 4)
  const items = [
    item('fffee000', Buffer.alloc(0)),
    item('fffee000', whole.subarray(0, half)),
    item('fffee000', whole.subarray(half)),
    item('fffee0dd', Buffer.alloc(0)),
  ]
  return long('7fe00010', 'OB', Buffer.concat(items), 0xffffffff)
}

async function encode(options: DicomOptions, syntax: DicomOptions['syntax']): Promise<Buffer> {
  const { rows, columns, values, allocated = 16, bits = allocated } = options
  const raw = Buffer.alloc((rows * columns * allocated) / 8)
  for (let i = 0; i < rows * columns; i++)
    if (allocated === 8) raw[i] = values[i] & 0xff
    else raw.writeUInt16LE(values[i] & 0xffff, 2 * i)
  const info = {
    width: columns,
    height: rows,
    bitsPerSample: bits,
    componentCount: 1,
    isSigned: false,
    isUsingColorTransform: false,
  }
  if (syntax === 'RLE') return rle(raw, allocated)
  if (syntax === 'JPEG-LS')
    return byLibrary((await require('@cornerstonejs/codec-charls')()).JpegLSEncoder, raw, info)
  if (syntax === 'JPEG 2000')
    return byLibrary((await require('@cornerstonejs/codec-openjpeg')()).J2KEncoder, raw, info)
  if (syntax === 'JPEG lossless') return losslessJpeg(options)
  return raw
}

type Encoder = new () => {
  getDecodedBuffer(info: object): Uint8Array
  encode(): void
  getEncodedBuffer(): Uint8Array
  setDecompositions?(levels: number): void
  delete(): void
}
function byLibrary(Encoder: Encoder, raw: Buffer, info: object): Buffer {
  const encoder = new Encoder()
  encoder.getDecodedBuffer(info).set(raw)
  encoder.setDecompositions?.(1) // images of tests are small
  encoder.encode()
  const encoded = Buffer.from(encoder.getEncodedBuffer())
  encoder.delete()
  return encoded
}

/** Literal runs of 128 bytes, and repeats where a byte repeats. */
function rle(raw: Buffer, allocated: number): Buffer {
  const planes = allocated / 8
  const segments = Array.from({ length: planes }, (_, plane) => {
    const bytes = raw.filter((_, i) => i % planes === planes - 1 - plane)
    const out: number[] = []
    for (let i = 0; i < bytes.length; ) {
      let run = 1
      while (run < 128 && bytes[i + run] === bytes[i]) run++
      if (run > 1) out.push(257 - run, bytes[i])
      else out.push(0, bytes[i])
      i += run
    }
    return even(Buffer.from(out), 0)
  })
  const header = Buffer.alloc(64)
  header.writeUInt32LE(planes)
  let offset = 64
  segments.forEach((segment, i) => {
    header.writeUInt32LE(offset, 4 + 4 * i)
    offset += segment.length
  })
  return Buffer.concat([header, ...segments])
}

/** ITU T.81 process 14, first-order prediction: the difference from the left neighbour, its size by a code of five bits. */
function losslessJpeg({ rows, columns, values, bits = 16 }: DicomOptions): Buffer {
  const marker = (code: number, ...bytes: number[]) =>
    Buffer.from([0xff, code, (bytes.length + 2) >> 8, (bytes.length + 2) & 255, ...bytes])
  const counts = [0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  const sizes = Array.from({ length: 17 }, (_, i) => i)
  const out: number[] = []
  let [buffer, length] = [0n, 0]
  const put = (value: number, count: number) => {
    buffer = (buffer << BigInt(count)) | BigInt(value & (2 ** count - 1))
    length += count
    for (; length >= 8; length -= 8) {
      const byte = Number((buffer >> BigInt(length - 8)) & 255n)
      out.push(byte)
      if (byte === 0xff) out.push(0)
    }
    buffer &= (1n << BigInt(length)) - 1n
  }
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x
      const before = x > 0 ? values[at - 1] : y > 0 ? values[at - columns] : 2 ** (bits - 1)
      const difference = values[at] - before
      const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference))
      put(size, 5)
      put(difference < 0 ? difference + 2 ** size - 1 : difference, size)
    }
  if (length > 0) put(2 ** (8 - length) - 1, 8 - length)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    marker(0xc3, bits, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0),
    marker(0xc4, 0, ...counts, ...sizes),
    marker(0xda, 1, 1, 0, 1, 0, 0),
    Buffer.from(out),
    Buffer.from([0xff, 0xd9]),
  ])
}
