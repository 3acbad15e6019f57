import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'

/** Predicts once, which prepares the engine's kernels and shows that the model works. @throws ZoidbergError model-unavailable */
export async function warmed(model: LoadedModel): Promise<LoadedModel> {
  const { id, input } = model.manifest
  const black = new Uint8Array(input.height * input.width)
  try {
    const { probabilities } = await model.predict([black], true)
    if (!probabilities[0].every(Number.isFinite)) throw new Error('it gives no numbers')
    return model
  } catch (cause) {
    model.dispose()
    throw new ZoidbergError('model-unavailable', `Model ${id} cannot predict: ${(cause as Error).message}`, {
      cause,
    })
  }
}
