/**
 * Admission: an instance takes in what it can answer in good time, and refuses the rest at once, which costs less than any
 * answer. What waits too long is given up, and so is what nobody waits for any more.
 */
import { MAX_IMAGES_INSIDE, MAX_WAIT_SECONDS } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'

const busy = (): ZoidbergError =>
  new ZoidbergError('too-many-requests', 'There is too much to do at the moment. Try again in a second.')
const late = (): ZoidbergError =>
  new ZoidbergError('too-many-requests', 'The request waited too long for its turn. Try again in a second.')

export type Admission = ReturnType<typeof createAdmission>

/**
 * Creates the admission of an instance that is empty.
 *
 * @param limits the images that may be inside at a time, and how long a request waits
 * @returns `assertRoom`, which looks, and `use`, which goes in
 */
export function createAdmission({
  images: limit = MAX_IMAGES_INSIDE,
  waitMs = 1000 * MAX_WAIT_SECONDS,
} = {}) {
  let inside = 0
  return {
    /**
     * Looks before anything of a request is read.
     *
     * @throws ZoidbergError too-many-requests if nothing more can go in
     */
    assertRoom(): void {
      if (inside >= limit) throw busy()
    },
    /**
     * Runs the work of a request. An empty instance takes any.
     *
     * @param images of the request
     * @param gone says that its client has gone
     * @param work gets a signal that ends its waiting
     * @throws ZoidbergError too-many-requests if the images do not go in, and what `work` throws
     */
    async use<T>(
      images: number,
      gone: AbortSignal | undefined,
      work: (signal: AbortSignal) => Promise<T>,
    ): Promise<T> {
      if (inside > 0 && inside + images > limit) throw busy()
      inside += images
      const waiting = new AbortController()
      const leave = () => waiting.abort(late())
      const timer = setTimeout(leave, waitMs)
      if (gone?.aborted) leave()
      gone?.addEventListener('abort', leave, { once: true })
      try {
        return await work(waiting.signal)
      } finally {
        inside -= images
        clearTimeout(timer)
        gone?.removeEventListener('abort', leave)
      }
    },
  }
}
