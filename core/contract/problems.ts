import { z } from 'zod'
import { MAX_DETAIL } from './limits.ts'

/**
 * What can be wrong with something an outsider gave us: the one table from reason to answer.
 * Plain HTTPS uses `status` and `title`, callables use `code` (the names of firebase-functions).
 */
export const PROBLEMS = {
  'not-an-image': { status: 400, code: 'invalid-argument', title: 'Not a readable image' },
  'bad-request': { status: 400, code: 'invalid-argument', title: 'Bad request' },
  'unsupported-type': { status: 415, code: 'invalid-argument', title: 'Unsupported type' },
  'too-large': { status: 413, code: 'invalid-argument', title: 'Too large' },
  'not-found': { status: 404, code: 'not-found', title: 'Not found' },
  'method-not-allowed': { status: 405, code: 'invalid-argument', title: 'Method not allowed' },
  unauthenticated: { status: 401, code: 'unauthenticated', title: 'Unauthenticated' },
  'permission-denied': { status: 403, code: 'permission-denied', title: 'Permission denied' },
  conflict: { status: 409, code: 'failed-precondition', title: 'Conflict' },
  'too-many-requests': { status: 429, code: 'resource-exhausted', title: 'Too many requests' },
  'model-unavailable': { status: 503, code: 'unavailable', title: 'Model unavailable' },
  'job-unavailable': { status: 503, code: 'unavailable', title: 'The job cannot be started' },
  'not-here': { status: 501, code: 'unimplemented', title: 'Not on this server' },
  internal: { status: 500, code: 'internal', title: 'Internal error' },
} as const

export type ProblemType = keyof typeof PROBLEMS

/** Where waiting helps, and nobody knows better how long. */
const RETRY_AFTER_SECONDS: Partial<Record<ProblemType, number>> = {
  'too-many-requests': 1,
  'model-unavailable': 5,
}

/** RFC 9457 problem details, as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  file: z.string().optional(),
  retryAfter: z.int().optional().describe('seconds to wait before another try'),
})
export type Problem = z.infer<typeof problemSchema>

/**
 * An error whose message may be shown to whoever sent the input.
 * @property retryAfter seconds after which another try makes sense; none where it makes none
 */
export class ZoidbergError extends Error {
  readonly type: ProblemType
  readonly file?: string
  readonly retryAfter?: number

  constructor(
    type: ProblemType,
    detail: string,
    options: { file?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'ZoidbergError'
    this.type = type
    this.file = options.file
    this.retryAfter = options.retryAfter ?? RETRY_AFTER_SECONDS[type]
  }

  get status(): number {
    return PROBLEMS[this.type].status
  }
}

const shortened = (text: string): string =>
  text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL - 1)}…` : text

/** The problem details of any error; an unknown one says nothing of its inside. */
export function toProblem(error: unknown): Problem {
  const known =
    error instanceof ZoidbergError
      ? error
      : new ZoidbergError('internal', 'Something failed on our side. Try again in a moment.')
  const { status, title } = PROBLEMS[known.type]
  const { file, retryAfter } = known
  return {
    type: `urn:zoidberg:problem:${known.type}`,
    title,
    status,
    detail: shortened(known.message),
    ...(file === undefined ? {} : { file }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
