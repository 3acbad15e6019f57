import { z } from 'zod'
import { MAX_DETAIL } from './limits.ts'

/**
 * What can be wrong with something an outsider gave us: the one table from reason to answer.
 * Plain HTTPS uses `status` and `title`, callables use `code` (the names of firebase-functions); `help` is what it means and
 * what to do.
 */
export const PROBLEMS = {
  'not-an-image': {
    status: 400,
    code: 'invalid-argument',
    title: 'Not a readable image',
    help: 'The file is no JPEG, PNG, WebP or DICOM that can be read, or it is cut off. Export the X-ray anew and send that.',
  },
  'bad-request': {
    status: 400,
    code: 'invalid-argument',
    title: 'Bad request',
    help: 'Something in the request is missing or not as the API describes it. The detail says what; /api/docs has every field.',
  },
  'unsupported-type': {
    status: 415,
    code: 'invalid-argument',
    title: 'Unsupported type',
    help: 'The server takes JPEG, PNG, WebP and DICOM, as multipart/form-data or as the body itself, and no Content-Encoding.',
  },
  'too-large': {
    status: 413,
    code: 'invalid-argument',
    title: 'Too large',
    help: 'A file, the request or the image in it is over a limit. The detail says which. Save the X-ray smaller and send that.',
  },
  'not-found': {
    status: 404,
    code: 'not-found',
    title: 'Not found',
    help: 'There is no such path, model, sample or operating point here.',
  },
  'method-not-allowed': {
    status: 405,
    code: 'invalid-argument',
    title: 'Method not allowed',
    help: 'The path is right and the method is not; the Allow header has the one that is.',
  },
  unauthenticated: {
    status: 401,
    code: 'unauthenticated',
    title: 'Unauthenticated',
    help: 'The request needs an ID token of Firebase Authentication, or a token of App Check, and has none that is good.',
  },
  'permission-denied': {
    status: 403,
    code: 'permission-denied',
    title: 'Permission denied',
    help: 'The account is known and may not do this. Admins have a claim, which somebody with access to the project grants.',
  },
  conflict: {
    status: 409,
    code: 'failed-precondition',
    title: 'Conflict',
    help: 'Somebody or something else has changed what the request is about, or is at work on it. Look again, then try again.',
  },
  'too-many-requests': {
    status: 429,
    code: 'resource-exhausted',
    title: 'Too many requests',
    help: 'The caller has sent more than its share, or the server has more to do than it can. Wait as long as Retry-After says.',
  },
  'model-unavailable': {
    status: 503,
    code: 'unavailable',
    title: 'Model unavailable',
    help: 'The model is being loaded, or cannot be. Wait as long as Retry-After says; if it stays, tell whoever runs the server.',
  },
  'job-unavailable': {
    status: 503,
    code: 'unavailable',
    title: 'The job cannot be started',
    help: 'The training job is not deployed, or Cloud Run does not start it. Tell whoever runs the server.',
  },
  'not-here': {
    status: 501,
    code: 'unimplemented',
    title: 'Not on this server',
    help: 'This server has only a part of the product: npm start serves predictions and has no accounts, runs and admin page.',
  },
  internal: {
    status: 500,
    code: 'internal',
    title: 'Internal error',
    help: 'Something failed on our side, and the log knows what. Try again in a moment; tell us the request id if it stays.',
  },
} as const

export type ProblemType = keyof typeof PROBLEMS

/** Where waiting helps, and nobody knows better how long. */
const RETRY_AFTER_SECONDS: Partial<Record<ProblemType, number>> = {
  'too-many-requests': 1,
  'model-unavailable': 5,
}

/** RFC 9457 problem details, as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string().describe('a path on this server, where the problem is explained'),
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

/** @returns what a problem's `type` is: the path on the same server where it is explained; it never changes */
export const addressOf = (type: ProblemType): string => `/api/problems/${type}`

/** The problem details of any error; an unknown one says nothing of its inside. */
export function toProblem(error: unknown): Problem {
  const known =
    error instanceof ZoidbergError
      ? error
      : new ZoidbergError('internal', 'Something failed on our side. Try again in a moment.')
  const { status, title } = PROBLEMS[known.type]
  const { file, retryAfter } = known
  return {
    type: addressOf(known.type),
    title,
    status,
    detail: shortened(known.message),
    ...(file === undefined ? {} : { file }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
