/** The images in a request: multipart form data (field `image`) or a raw image body, within limits. */

import {
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_NAME,
  MAX_REQUEST_BYTES,
  MEGABYTE,
} from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { UNNAMED } from '@zoidberg/core/image.ts'
import busboy from 'busboy'

const FIELD = 'image'
/** Files, and text fields that somebody's form may hold besides. */
const MAX_PARTS = 40

/** `tooLarge`: the file was cut off at the limit, and only its name is of use. */
export type Upload = { file: string; bytes: Uint8Array; tooLarge: boolean }

/**
 * @param body the whole request body
 * @throws ZoidbergError too-large for the request, bad-request for its form
 */
export async function readUploads(contentType: string | undefined, body: Uint8Array): Promise<Upload[]> {
  if (body.length > MAX_REQUEST_BYTES)
    throw new ZoidbergError(
      'too-large',
      `The request is larger than ${MAX_REQUEST_BYTES / MEGABYTE} MB. Send fewer files at once.`,
    )
  if (!contentType?.toLowerCase().startsWith('multipart/form-data'))
    return [{ file: UNNAMED, bytes: body, tooLarge: body.length > MAX_FILE_BYTES }]
  return readMultipart(contentType, body)
}

function readMultipart(contentType: string, body: Uint8Array): Promise<Upload[]> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string) => reject(new ZoidbergError('bad-request', detail))
    const uploads: Upload[] = []
    const parser = openParser(contentType)
    if (!parser) return refuse('The multipart request names no usable boundary.')
    parser.on('file', (field, stream, { filename }) => {
      if (field !== FIELD) {
        stream.on('error', () => {}).resume() // a truncated body ends this stream with an error of its own
        return refuse(`Files belong into the field "${FIELD}", not "${String(field).slice(0, 40)}".`)
      }
      const chunks: Buffer[] = []
      const file = (filename || `image ${uploads.length + 1}`).slice(0, MAX_NAME)
      const upload: Upload = { file, bytes: new Uint8Array(), tooLarge: false }
      uploads.push(upload)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('limit', () => {
        upload.tooLarge = true
      })
      stream.on('error', () => refuse(`${file} is cut off. Send it again.`))
      stream.on('end', () => {
        upload.bytes = upload.tooLarge ? new Uint8Array() : Buffer.concat(chunks)
      })
    })
    parser.on('filesLimit', () =>
      reject(
        new ZoidbergError('too-large', `The request has more than ${MAX_FILES} files. Send fewer at once.`),
      ),
    )
    parser.on('partsLimit', () => refuse(`The request has more than ${MAX_PARTS} parts. Send fewer at once.`))
    parser.on('error', () => refuse('The multipart request is damaged or cut off. Send it again.'))
    parser.on('close', () => {
      if (uploads.length === 0) return refuse(`The request has no file in the field "${FIELD}".`)
      resolve(uploads)
    })
    parser.end(body)
  })
}

function openParser(contentType: string) {
  const limits = {
    fileSize: MAX_FILE_BYTES + 1,
    files: MAX_FILES,
    fields: 0,
    parts: MAX_PARTS + 1, // busboy says so when it meets the last one that it takes
    headerPairs: 20,
  }
  try {
    return busboy({ headers: { 'content-type': contentType }, limits, defParamCharset: 'utf8' })
  } catch {
    return undefined
  }
}
