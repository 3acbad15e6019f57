import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { UNNAMED } from '@zoidberg/core/image.ts'
import type { Upload } from '../service/predictions.ts'
import { readMultipart } from './multipart.ts'

/**
 * Reads the images in a request: files of a form, or the body itself as the one image.
 *
 * @param body the whole request body
 * @throws ZoidbergError bad-request for the form, too-large for too many files
 */
export async function readUploads(contentType: string | undefined, body: Uint8Array): Promise<Upload[]> {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data'))
    return [{ file: UNNAMED, bytes: body, tooLarge: body.length > MAX_FILE_BYTES }]
  return readMultipart(contentType, body)
}
