/**
 * The one way from the bytes of a file to the pixels a model sees, for training and for serving:
 * bytes → EXIF orientation → grayscale → squashed to the model's square → uint8.
 */
import sharp, { type Sharp } from 'sharp'
import {
  MAX_DECODING_SECONDS,
  MAX_FILE_BYTES,
  MAX_JPEG_SCANS,
  MAX_PIXELS,
  MAX_REQUEST_PIXELS,
  MAX_SCANNED_PIXELS,
  MEGABYTE,
} from './contract/limits.ts'
import { type ProblemType, ZoidbergError } from './contract/problems.ts'
import type { DicomError } from './dicom/header.ts'

const SCAN = Buffer.from([0xff, 0xda])

/** Recorded in every manifest: another version may squash an image to other bytes. */
export const SHARP_VERSION: string = sharp.versions.sharp
/** Detectors give ten to fourteen. */
const MOST_BITS_IN_SIXTEEN = 14
export const PREPROCESSING = 'exif-gray-squash-lanczos3-1'

// An X-ray arrives as one of four formats, three of which libvips opens; whatever else it could is closed to hostile files.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
})
sharp.cache(false)
sharp.concurrency(1) // images are decoded side by side instead, see the callers

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'dicom'
export type Size = { height: number; width: number }

/** What a file says of itself, before it is decoded; `width` and `height` are those after orientation, in pixels. */
export type ImageHeader = Size & {
  format: ImageFormat
  mayBeGray: boolean
  hasColours: boolean
  /** Stored with more than eight bits. */
  isDeep: boolean
}

/** `width` and `height` are the file's, after orientation, in pixels. */
export type DecodedImage = Size & {
  /** Gray values, row by row, as many as the size that was asked for has pixels. */
  pixels: Uint8Array
  format: ImageFormat
  /** Mean difference between the strongest and the weakest colour of a pixel, 0..255. */
  colourSpread: number
  /** Whether the file says that the X-ray was taken from the side. */
  isLateral: boolean
  /** Hash of the patient's id, where the file has one. */
  patient?: string
}

const startsWith = (bytes: Uint8Array, signature: number[] | string, offset = 0): boolean => {
  const wanted = typeof signature === 'string' ? Buffer.from(signature, 'latin1') : signature
  return wanted.every((byte: number, i: number) => bytes[offset + i] === byte)
}

const isMarkup = (bytes: Uint8Array): boolean =>
  /^(\uFEFF|ï»¿)?\s*<(\?xml|!doctype svg|svg|!--)/i.test(
    Buffer.from(bytes.subarray(0, 256)).toString('latin1'),
  )

/** Kinds of file somebody may well send, but an X-ray here never is. */
const REFUSED: [name: string, test: (bytes: Uint8Array) => boolean][] = [
  ['SVG or XML', isMarkup],
  ['PDF', (b) => startsWith(b, '%PDF')],
  ['GIF', (b) => startsWith(b, 'GIF8')],
  [
    'TIFF',
    (b) =>
      startsWith(b, 'II*\0') || startsWith(b, 'MM\0*') || startsWith(b, 'II+\0') || startsWith(b, 'MM\0+'),
  ],
  ['BMP', (b) => startsWith(b, 'BM') && b.length > 26 && startsWith(b, [0, 0, 0, 0], 6)],
  ['HEIF or AVIF', (b) => startsWith(b, 'ftyp', 4)],
  [
    'JPEG 2000',
    (b) => startsWith(b, [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20]) || startsWith(b, [0xff, 0x4f, 0xff, 0x51]),
  ],
  ['JPEG XL', (b) => startsWith(b, [0xff, 0x0a]) || startsWith(b, [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20])],
]

/** What the content says a file is: a format we read, the name of one we refuse, or undefined for anything else. */
export function sniff(bytes: Uint8Array): { format: ImageFormat } | { refused: string } | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { format: 'jpeg' }
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { format: 'png' }
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return { format: 'webp' }
  if (startsWith(bytes, 'DICM', 128)) return { format: 'dicom' }
  const refused = REFUSED.find(([, test]) => test(bytes))
  return refused && { refused: refused[0] }
}

const open = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated', sequentialRead: true }).timeout({
    seconds: MAX_DECODING_SECONDS,
  })

/**
 * Reads the header of a file, which takes a tenth of a millisecond however large the image is.
 *
 * @param bytes a JPEG, PNG, WebP or DICOM file, judged by content
 * @param file the name that errors are to mention
 * @throws ZoidbergError not-an-image, unsupported-type, too-large (bytes, pixels or scans)
 */
export async function readHeader(bytes: Uint8Array, file = UNNAMED): Promise<ImageHeader> {
  const format = assertReadable(bytes, file)
  if (format === 'dicom') return await readDicomHeader(bytes, file)
  const scans = format === 'jpeg' ? scansOf(bytes) : 1
  if (scans > MAX_JPEG_SCANS) throw tooManyScans(file)
  const metadata = await open(bytes)
    .metadata()
    .catch((cause) => fail(file, cause))
  const count = metadata.width * metadata.height
  if (count > MAX_PIXELS) throw tooManyPixels(file)
  if (scans * count > MAX_SCANNED_PIXELS) throw tooMuchWork(file)
  const { channels, depth, icc, space, autoOrient } = metadata
  const mayBeGray = channels === 3 && depth === 'uchar' && space === 'srgb' && !icc
  return {
    format,
    width: autoOrient.width,
    height: autoOrient.height,
    mayBeGray,
    hasColours: channels >= 3,
    isDeep: depth === 'ushort',
  }
}

/**
 * Decodes an X-ray for a model.
 *
 * @param bytes a JPEG, PNG, WebP or DICOM file: gray, RGB, RGBA (transparent becomes black) or palette
 * @param size of the model's square; the image is squashed to it, never cropped or letterboxed
 * @param file the name that errors are to mention
 * @throws ZoidbergError not-an-image, unsupported-type, too-large (bytes, pixels or scans; before decoding)
 */
export async function decodeImage(bytes: Uint8Array, size: Size, file = UNNAMED): Promise<DecodedImage> {
  return decodePixels(await readHeader(bytes, file), { bytes, size, file })
}

/**
 * Decodes what `readHeader` has looked at.
 *
 * @throws ZoidbergError not-an-image if the file is damaged, too-large if it takes too long
 */
export async function decodePixels(
  header: ImageHeader,
  { bytes, size, file }: { bytes: Uint8Array; size: Size; file: string },
): Promise<DecodedImage> {
  const { format, width, height, mayBeGray, hasColours, isDeep } = header
  if (format === 'dicom') return decodeDicomPixels(header, { bytes, size, file })
  if (isDeep && !hasColours) {
    const pixels = await decodeDeep(bytes, size, file)
    if (pixels) return { pixels, width, height, format, colourSpread: 0, isLateral: false }
  }
  const squash = (space: 'b-w' | 'srgb') =>
    open(bytes)
      .autoOrient()
      .flatten({ background: 'black' })
      .toColourspace(space)
      .resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false })
      .raw({ depth: 'uchar' })
      .toBuffer()
      .catch((cause) => fail(file, cause))
  const colours = hasColours ? await squash('srgb') : undefined
  const colourSpread = colours ? spreadOf(colours) : 0
  // Most X-rays are gray in three equal channels: then one of them is what gray would be, to the bit, and decoded already.
  const isGray = mayBeGray && colours !== undefined && colourSpread === 0
  const pixels = isGray ? firstChannel(colours) : new Uint8Array(await squash('b-w'))
  return { pixels, width, height, format, colourSpread, isLateral: false }
}

/** Pixels of a whole image, squashed as those that sharp decodes are. */
async function squashRaw(grays: Uint8Array, from: Size, size: Size): Promise<Uint8Array> {
  const image = sharp(grays, { raw: { ...from, channels: 1 } })
  const { width, height } = size
  const squashed = image.resize(width, height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false })
  return new Uint8Array(await squashed.toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer())
}

async function readDicomHeader(bytes: Uint8Array, file: string): Promise<ImageHeader> {
  // Loaded when the first such file comes: most servers never see one.
  const { readDicom } = await import('./dicom/header.ts')
  try {
    const { rows, columns, pixelAspect } = readDicom(bytes).header
    if (rows * columns > MAX_PIXELS) throw tooManyPixels(file)
    const height = Math.max(1, Math.round(rows * pixelAspect))
    return { format: 'dicom', width: columns, height, mayBeGray: true, hasColours: false, isDeep: true }
  } catch (error) {
    throw explainDicom(error, file)
  }
}

async function decodeDicomPixels(
  { width, height }: ImageHeader,
  { bytes, size, file }: { bytes: Uint8Array; size: Size; file: string },
): Promise<DecodedImage> {
  const { decodeInThread } = await import('./dicom/thread.ts')
  try {
    const { header, grays } = await decodeInThread(bytes)
    const { rows, columns, isLateral, patient } = header
    const pixels = await squashRaw(grays, { width: columns, height: rows }, size)
    const image = { pixels, width, height, format: 'dicom' as const, colourSpread: 0, isLateral }
    return patient === undefined ? image : { ...image, patient }
  } catch (error) {
    throw explainDicom(error, file)
  }
}

const explainDicom = (error: unknown, file: string): unknown =>
  (error as Error).name === 'DicomError'
    ? refuse((error as DicomError).problem, file, `${(error as Error).message}. ${SEND_AN_IMAGE}`)
    : error

/**
 * An image of sixteen bits whose values are of twelve or fourteen would turn nearly black: it is scaled by its content.
 *
 * @returns undefined where the values need all bits
 */
async function decodeDeep(bytes: Uint8Array, size: Size, file: string): Promise<Uint8Array | undefined> {
  const { data, info } = await open(bytes)
    .autoOrient()
    .flatten({ background: 'black' })
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => fail(file, cause))
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length >> 1)
  let most = 0
  for (const value of values) if (value > most) most = value
  const bits = 32 - Math.clz32(most)
  if (bits > MOST_BITS_IN_SIXTEEN || most === 0) return undefined
  const grays = Uint8Array.from(values, (value) => (255 * value) / (2 ** bits - 1))
  return squashRaw(grays, { width: info.width, height: info.height }, size)
}

function firstChannel(colours: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(colours.length / 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = colours[3 * i]
  return pixels
}

/** @param colours red, green and blue of each pixel */
function spreadOf(colours: Uint8Array): number {
  let sum = 0
  for (let i = 0; i + 2 < colours.length; i += 3) {
    const [red, green, blue] = [colours[i], colours[i + 1], colours[i + 2]]
    sum += Math.max(red, green, blue) - Math.min(red, green, blue)
  }
  return sum / (colours.length / 3)
}

function assertReadable(bytes: Uint8Array, file: string): ImageFormat {
  if (bytes.length === 0) throw empty(file)
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(file)
  const kind = sniff(bytes)
  if (!kind) throw refuse('not-an-image', file, `is not an image that can be read. ${SEND_AN_IMAGE}`)
  if ('format' in kind) return kind.format
  throw refuse('unsupported-type', file, `is a file of the type ${kind.refused}. ${SEND_AN_IMAGE}`)
}

/**
 * Counts start-of-scan markers, up to one more than there may be. Coded data cannot hold one, as it escapes every FF, and
 * metadata hardly any.
 */
function scansOf(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let scans = 0
  for (let at = buffer.indexOf(SCAN); at >= 0 && scans <= MAX_JPEG_SCANS; at = buffer.indexOf(SCAN, at + 2))
    scans++
  return scans
}

const SEND_AN_IMAGE = 'Export the X-ray as JPEG, PNG, WebP or DICOM and send that.'

/** What an image is called whose sender gave no name. */
export const UNNAMED = 'image'

const refuse = (type: ProblemType, file: string, what: string, cause?: unknown) =>
  new ZoidbergError(type, `${file === UNNAMED ? 'The image' : file} ${what}`, { file, cause })

/** @returns the error for a file without a byte */
export const empty = (file: string) =>
  refuse('not-an-image', file, 'is empty. Export the X-ray again and send that.')

/** @returns the error for a file whose pixels are one too many for its request */
export const tooManyTogether = (file: string) =>
  refuse(
    'too-large',
    file,
    `and the files beside it have more than ${MAX_REQUEST_PIXELS / 1e6} megapixels. Send fewer at once.`,
  )

/** @returns the error for a file of too many bytes */
export const tooLarge = (file: string) =>
  refuse(
    'too-large',
    file,
    `is larger than ${MAX_FILE_BYTES / MEGABYTE} MB. Save it as a JPEG and send that.`,
  )

const tooManyScans = (file: string) =>
  refuse(
    'too-large',
    file,
    `is a JPEG of more than ${MAX_JPEG_SCANS} scans. Save it as an ordinary JPEG and send that.`,
  )

const tooMuchWork = (file: string) =>
  refuse('too-large', file, 'takes too long to decode. Save it as an ordinary JPEG and send that.')

const tooManyPixels = (file: string) =>
  refuse('too-large', file, `has more than ${MAX_PIXELS / 1e6} megapixels. Make it smaller and send that.`)

function fail(file: string, cause: unknown): never {
  if (/pixel limit/i.test(String(cause))) throw tooManyPixels(file)
  if (/timeout/i.test(String(cause))) throw tooMuchWork(file)
  throw refuse('not-an-image', file, 'is damaged or cut off. Export the X-ray again and send that.', cause)
}
