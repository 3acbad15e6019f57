import { MAX_FILE_BYTES, MAX_REQUEST_BYTES, MEGABYTE } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { UNNAMED } from '@zoidberg/core/image.ts'
import type { Upload } from '../service/predictions.ts'
import { readMultipart } from './multipart.ts'

/**
 * Reads the images in a request: files of a form, or the body itself as the one image.
 *
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
