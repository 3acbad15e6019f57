/** What went wrong, as callers can tell it apart. */
import type { Problem } from './types.ts'

/** `unreachable`: no answer came; `timeout`: none in time; `no-answer`: one that nobody can read. */
export type Reason = 'unreachable' | 'timeout' | 'no-answer'

/**
 * The server refuses, or cannot be had.
 *
 * @property type the last word of the problem's type, such as `not-an-image`, or a `Reason`
 * @property status of HTTP; 0 where no answer came
 * @property retryAfter seconds after which another try makes sense
 */
export class ZoidbergProblem extends Error {
  override name = 'ZoidbergProblem'
  readonly type: string
  readonly status: number
  readonly file?: string
  readonly retryAfter?: number
  readonly requestId?: string

  constructor(type: string, message: string, more: Partial<Omit<ZoidbergProblem, 'type' | 'name'>> = {}) {
    super(message)
    this.type = type
    this.status = more.status ?? 0
    this.file = more.file
    this.retryAfter = more.retryAfter
    this.requestId = more.requestId
  }
}

/** @returns the error that a problem of the server is */
export const fromProblem = ({ type, detail, ...more }: Problem, requestId?: string): ZoidbergProblem =>
  new ZoidbergProblem(type.split('/').at(-1) ?? type, detail, { ...more, requestId })

/** @returns the error that an answer is which is no success */
export async function problemOf(response: Response): Promise<ZoidbergProblem> {
  const { status, headers } = response
  const body: Partial<Problem> | undefined = await (response.json() as Promise<Problem>).catch(
    () => undefined,
  )
  const requestId = headers.get('X-Request-Id') ?? undefined
  const retryAfter = Number(headers.get('Retry-After')) || undefined
  if (body?.type && body.detail) return fromProblem({ retryAfter, ...body } as Problem, requestId)
  return new ZoidbergProblem('no-answer', `The server answered with status ${status}.`, {
    status,
    retryAfter,
    requestId,
  })
}
