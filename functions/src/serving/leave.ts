/** Whoever waits in a queue leaves it when nobody waits for the answer any more. */
type Waiting = { reject(reason: unknown): void }

/**
 * Takes an entry out of its queue and rejects it when the signal says so; what has left the queue goes on.
 *
 * @param queue that the entry was put into
 */
export function leaveOnAbort<T extends Waiting>(queue: T[], entry: T, signal: AbortSignal | undefined): void {
  const leave = () => {
    const at = queue.indexOf(entry)
    if (at < 0) return
    queue.splice(at, 1)
    entry.reject(signal?.reason)
  }
  if (signal?.aborted) leave()
  else signal?.addEventListener('abort', leave, { once: true })
}
