/** From the bytes of a file to a prediction P: what both doors answer with. */
import { availableParallelism } from 'node:os'
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { drawExplanation } from '@zoidberg/core/explanation.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { judge } from '@zoidberg/core/prediction.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import pLimit from 'p-limit'
import { predictBatched } from './serving/batcher.ts'
import type { Chosen } from './serving/models.ts'

/** Images decoded at the same time: each may take 50 megapixels of memory while it is. */
const decoding = pLimit(Math.min(2, availableParallelism()))

export type AnswerOptions = { explain?: boolean; operatingPoint?: string }

/**
 * Answers for one file.
 *
 * @throws ZoidbergError not-an-image, unsupported-type, too-large for the file; bad-request for the operating point
 */
export async function answer(
  { model, channel }: Chosen,
  file: string,
  bytes: Uint8Array,
  options: AnswerOptions,
): Promise<Prediction> {
  const { manifest } = model
  const started = performance.now()
  const { image, warnings } = await decoding(async () => {
    const decoded = await decodeImage(bytes, manifest.input, file)
    return { image: decoded, warnings: await warningsFor(bytes, decoded, manifest) }
  })
  const decoded = performance.now()
  const { probabilities, map } = await predictBatched(model, image.pixels, options.explain ?? false)
  const inferred = performance.now()
  if (!probabilities.every(Number.isFinite))
    throw new ZoidbergError('model-unavailable', `Model ${manifest.id} gave no number for ${file}.`)
  const judgement = judge(probabilities, manifest, options.operatingPoint)
  const explanation = map && (await drawExplanation(map, manifest.labels, judgement, manifest.input))
  return {
    file,
    ...judgement,
    model: { id: manifest.id, channel },
    image: { width: image.width, height: image.height, format: image.format },
    warnings,
    timing: {
      decodeMs: ms(decoded - started),
      inferMs: ms(inferred - decoded),
      totalMs: ms(performance.now() - started),
    },
    ...(explanation ? { explanation } : {}),
  }
}

const ms = (value: number): number => Math.round(10 * value) / 10
