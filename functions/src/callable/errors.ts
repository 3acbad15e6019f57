import { PROBLEMS, toProblem, ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { HttpsError } from 'firebase-functions/https'

/**
 * Does some work for a callable, whose errors callers read as HttpsErrors.
 *
 * @param onUnexpected hears of every error that is not of our making, which callers are told nothing about
 * @returns what the work resolves to
 * @throws HttpsError with the same detail that plain HTTPS gives
 */
export async function withHttpsErrors<T>(
  onUnexpected: (error: unknown) => void,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ZoidbergError)) onUnexpected(error)
    throw toHttpsError(error)
  }
}

/** @returns the error that firebase-functions sends: our code and detail, or `internal` and nothing of the inside */
export function toHttpsError(error: unknown): HttpsError {
  const type = error instanceof ZoidbergError ? error.type : 'internal'
  const problem = toProblem(error)
  return new HttpsError(PROBLEMS[type].code, problem.detail, problem)
}
