/** How much is decoded at a time, by an instance and for one request: a neighbour need not wait for all its files. */
import { MAX_PIXELS, MAX_REQUEST_PIXELS } from '@zoidberg/core/contract/limits.ts'
import { tooManyTogether } from '@zoidberg/core/image.ts'
import { createBudget } from './budget.ts'

/** Images are decoded side by side as long as they take no more memory together than two of the largest. */
const instance = createBudget(2 * MAX_PIXELS)

/** Decodes the images of one request, when there is room. */
export type Decoding = ReturnType<typeof createDecoding>

/**
 * @param signal ends the waiting
 * @returns what decodes the images of one request: as many side by side as have the pixels of the largest
 */
export function createDecoding(signal?: AbortSignal) {
  const request = createBudget(MAX_PIXELS)
  let total = 0
  return {
    /**
     * @param image its pixels and the name of its file
     * @returns what `work` returns
     * @throws ZoidbergError too-large if the request has too many pixels with this image; the signal's reason
     */
    async use<T>({ pixels, file }: { pixels: number; file: string }, work: () => Promise<T>): Promise<T> {
      if (total + pixels > MAX_REQUEST_PIXELS) throw tooManyTogether(file)
      total += pixels
      return request.use(pixels, () => instance.use(pixels, work, signal), signal)
    },
  }
}
