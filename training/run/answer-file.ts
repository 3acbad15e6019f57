/** What the function would answer for one file, offline. */
import { availableParallelism } from 'node:os'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import type { InputFile } from '../dataset/input-files.ts'

/** Files are read and decoded while others are in the model. */
export const AT_ONCE = 2 * availableParallelism()

/**
 * @param operatingPoint by name; the model's default if left out
 * @throws ZoidbergError not-an-image, unsupported-type or too-large for the file; bad-request for the operating point
 */
export async function answerFile(
  model: LoadedModel,
  { file, bytes }: { file: string; bytes: Uint8Array },
  operatingPoint?: string,
) {
  const { manifest } = model
  const image = await decodeImage(bytes, manifest.input, file)
  const { probabilities } = await model.predict([image.pixels])
  const { width, height, format } = image
  return {
    file,
    ...decide(probabilities[0], manifest, operatingPoint),
    model: { id: manifest.id },
    image: { width, height, format },
    warnings: warningsFor(image, manifest),
  }
}

/**
 * @param isOfFile whether an error speaks against this one file; others are thrown as they are
 * @throws ZoidbergError not-an-image, naming a file that cannot be read
 */
export const readOrRefuse = (
  { name: file, read }: InputFile,
  isOfFile: (cause: unknown) => boolean = () => true,
): Promise<Uint8Array> =>
  read().catch((cause) => {
    if (!isOfFile(cause)) throw cause
    throw new ZoidbergError('not-an-image', `${file} cannot be read: ${cause.code ?? cause.message}.`, {
      file,
      cause,
    })
  })
