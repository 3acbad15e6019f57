/**
 * A promise is waited for, but not for long.
 *
 * @param milliseconds to wait at most
 * @returns what the promise resolves to, or undefined if that takes longer
 * @throws what the promise rejects with in time; a later rejection is not heard of here
 */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
