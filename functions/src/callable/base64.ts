import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { empty, tooLarge, UNNAMED } from '@zoidberg/core/image.ts'

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const MAX_BASE64 = Math.ceil(MAX_FILE_BYTES / 3) * 4

/**
 * Decodes the image of a call.
 *
 * @param text base64, padded and without line breaks
 * @returns the bytes of the file
 * @throws ZoidbergError too-large before anything is decoded, not-an-image if it is empty or no base64
 */
export function imageFromBase64(text: string): Uint8Array {
  if (text.length > MAX_BASE64) throw tooLarge(UNNAMED)
  if (text.length === 0) throw empty(UNNAMED)
  if (text.length % 4 !== 0 || !BASE64.test(text))
    throw new ZoidbergError('not-an-image', 'The image is not valid base64.', { file: UNNAMED })
  return Buffer.from(text, 'base64')
}
