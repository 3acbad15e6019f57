import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'

/**
 * A model predicts once, which prepares the engine's kernels and shows that the model works. One that fails is disposed.
 *
 * @returns the same model
 * @throws ZoidbergError model-unavailable if it cannot predict, or gives no numbers
 */
export async function warmUp(model: LoadedModel): Promise<LoadedModel> {
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
