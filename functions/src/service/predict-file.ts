/** From the bytes of a file to a prediction P. */
import type { Prediction } from '@zoidberg/core/contract/prediction.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { drawExplanation } from '@zoidberg/core/explanation.ts'
import { decodePixels, readHeader } from '@zoidberg/core/image.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { warningsFor } from '@zoidberg/core/warnings.ts'
import { predictBatched } from '../serving/batcher.ts'
import type { Decoding } from '../serving/decoding.ts'
import type { ChosenModel } from '../serving/models.ts'
import { inSpan, waited } from '../serving/spans.ts'

/**
 * @property explain whether a map is wanted, where the model has one
 * @property operatingPoint by name; the model's default if left out
 */
export type PredictOptions = { explain?: boolean; operatingPoint?: string }

/**
 * @property file its name, for errors and for the prediction
 * @property decoding of the request that the file is part of
 * @property signal ends the waiting
 */
export type PredictFileOptions = PredictOptions & {
  chosen: ChosenModel
  file: string
  bytes: Uint8Array
  decoding: Decoding
  signal?: AbortSignal
}

/**
 * Predicts one file.
 *
 * @throws ZoidbergError not-an-image, unsupported-type or too-large for the file; bad-request for the operating point;
 * model-unavailable if the model gives no numbers
 */
export async function predictFile({
  chosen: { model, channel },
  file,
  bytes,
  decoding,
  signal,
  explain = false,
  operatingPoint,
}: PredictFileOptions): Promise<Prediction> {
  const { manifest } = model
  const started = performance.now()
  const header = await readHeader(bytes, file)
  const count = header.width * header.height
  const queued = Date.now()
  const image = await decoding.use({ pixels: count, file }, () => {
    waited('wait to decode', queued)
    return inSpan('decode', { pixels: count, format: header.format }, () =>
      decodePixels(header, { bytes, size: manifest.input, file }),
    )
  })
  const warnings = warningsFor(image, manifest)
  const decoded = performance.now()
  const { probabilities, map } = await predictBatched(model, image.pixels, { explain, signal })
  const inferred = performance.now()
  if (!probabilities.every(Number.isFinite))
    throw new ZoidbergError('model-unavailable', `Model ${manifest.id} gave no number for ${file}.`)
  const decided = decide(probabilities, manifest, operatingPoint)
  const explanation =
    map && (await inSpan('explain', {}, () => drawExplanation(map, manifest.labels, decided, manifest.input)))
  return {
    file,
    ...decided,
    model: { id: manifest.id, channel },
    image: { width: image.width, height: image.height, format: image.format },
    warnings,
    timing: {
      decodeMs: toTenths(decoded - started),
      inferMs: toTenths(inferred - decoded),
      totalMs: toTenths(performance.now() - started),
    },
    ...(explanation ? { explanation } : {}),
  }
}

const toTenths = (milliseconds: number): number => Math.round(10 * milliseconds) / 10
