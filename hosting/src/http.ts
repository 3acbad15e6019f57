/** Requests whose failures are told in plain words. */
import { NO_ANSWER, PlainError, UNREACHABLE, wordsOfAnswer } from './errors.ts'

/** @throws PlainError if the server cannot be reached or answers with an error */
export async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(() => {
    throw new PlainError(UNREACHABLE)
  })
  // What stands before the backend answers in words of its own, not in JSON.
  if (!response.ok)
    throw new PlainError(wordsOfAnswer(response.status, await response.json().catch(() => undefined)))
  return response
}

/** @throws PlainError */
export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init)
  return response.json().catch(() => {
    throw new PlainError(NO_ANSWER)
  })
}
