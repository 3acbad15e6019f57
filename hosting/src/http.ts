/** Requests whose failures the page has words for. */
import { PlainError } from './words/plain-error.ts'

/** @throws PlainError if the server cannot be reached or answers with an error */
export async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(() => {
    throw new PlainError('errors.unreachable')
  })
  if (!response.ok) throw new PlainError('errors.noAnswer')
  return response
}

/** @throws PlainError */
export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init)
  return response.json().catch(() => {
    throw new PlainError('errors.noAnswer')
  })
}
