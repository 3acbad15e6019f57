/**
 * Keeps X-rays out of the platform's log: a callable's body is emptied where it is no call, because firebase-functions would
 * log it whole. The answer is the same, 400.
 *
 * @returns the callable with all its properties, as whoever deploys it needs them
 */
export const withoutLoggedBodies = <Callable extends (...args: never[]) => unknown>(
  callable: Callable,
): Callable =>
  new Proxy(callable, {
    apply(target, self, args) {
      const [request] = args as unknown as [{ body?: unknown }]
      if (!mayBeLogged(request.body)) request.body = {}
      return Reflect.apply(target, self, args)
    },
  })

/** A call holds its data and nothing else. A body that is no object of JSON is never logged. */
const mayBeLogged = (body: unknown): boolean =>
  !body || typeof body !== 'object' || Buffer.isBuffer(body) || Object.keys(body).join() === 'data'
