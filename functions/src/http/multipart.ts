import { MAX_FILE_BYTES, MAX_FILES, MAX_NAME } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import busboy from 'busboy'
import type { Upload } from '../service/predictions.ts'

const FIELD = 'image'
/** Files, and text fields that somebody's form may hold besides. */
const MAX_PARTS = 40

/**
 * Reads the files of multipart form data, within limits; text fields are passed over.
 *
 * @param contentType with the boundary
 * @param body the whole request body
 * @throws ZoidbergError bad-request for the form, too-large for too many files; a file that is too large is only marked
 */
export function readMultipart(contentType: string, body: Uint8Array): Promise<Upload[]> {
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
