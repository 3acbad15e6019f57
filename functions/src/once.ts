/**
 * Does something slow when it is first needed, and keeps what came of it. What failed is done again by the next who asks.
 *
 * @returns a function that resolves to what `make` resolved to
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}
