/** Errors in words for people: what happened and what to do, without codes. Pure. */

import { ZoidbergProblem } from '@zoidberg/client/problem.ts'

/** An error whose message is written for whoever reads the page. */
export class PlainError extends Error {}

export const UNREACHABLE = 'The server cannot be reached. Check your connection and try again.'
export const NO_ANSWER = 'The server gave no proper answer. Try again in a moment.'
const OUR_SIDE = 'Something failed on our side. Try again in a moment.'
const BROKEN = 'Something in this page failed. Load the page again.'
const WRONG_PAIR =
  'This e-mail and password do not belong together. Try again, or ask whoever runs this server.'

const SIGN_IN: Record<string, string> = {
  'auth/invalid-credential': WRONG_PAIR,
  'auth/invalid-login-credentials': WRONG_PAIR,
  'auth/wrong-password': WRONG_PAIR,
  'auth/user-not-found': WRONG_PAIR,
  'auth/invalid-email': 'This is no e-mail address. Correct it and try again.',
  'auth/too-many-requests': 'Too many tries. Wait a few minutes and try again.',
  'auth/network-request-failed': UNREACHABLE,
  'auth/user-disabled': 'This account is switched off. Ask whoever runs this server.',
  'auth/user-token-expired': 'Your sign-in has ended. Sign in again.',
}

/** For answers of Firebase that bring a code and no words of ours. */
const CODES: Record<string, string> = {
  // The SDK says so where no answer came at all, and where one came that it cannot read.
  internal: 'The server cannot be reached, or it failed. Check your connection and try again in a moment.',
  unavailable: 'The server is busy. Try again in a moment.',
  'deadline-exceeded': 'The server took too long. Try again in a moment.',
  'resource-exhausted': 'The server has too much to do. Try again in a minute.',
  unauthenticated: 'Your sign-in has ended. Sign in again.',
  'permission-denied': 'Your account may not do this. Sign in again, or ask whoever runs this server.',
  'not-found': 'The server does not know this. Load the page again.',
}

/**
 * What an answer with an error status says.
 *
 * @param problem its body, if that was JSON
 */
export function wordsOfAnswer(status: number, problem: unknown): string {
  const detail = (problem as { detail?: unknown } | null | undefined)?.detail
  if (typeof detail === 'string' && detail !== '') return detail
  if (status === 413) return 'The file is too large for the server. Save it as a smaller JPEG and send that.'
  if (status === 429) return CODES['resource-exhausted']
  return NO_ANSWER
}

/** What to say of anything that was thrown. */
export function wordsOf(cause: unknown): string {
  if (cause instanceof PlainError) return cause.message
  if (cause instanceof ZoidbergProblem) return wordsOfProblem(cause)
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code !== 'string') return BROKEN
  if (code.startsWith('auth/'))
    return SIGN_IN[code] ?? 'The sign-in failed. Try again, or ask whoever runs this server.'
  if (!code.startsWith('functions/')) return CODES[code] ?? NO_ANSWER // Firestore
  return wordsOfCall(code.slice('functions/'.length), String(message))
}

/** A problem's own words; where no answer came, or none that can be read, ours. */
function wordsOfProblem({ type, status, message }: ZoidbergProblem): string {
  if (type === 'unreachable') return UNREACHABLE
  if (type === 'timeout') return CODES['deadline-exceeded']
  return wordsOfAnswer(status, type === 'no-answer' ? undefined : { detail: message })
}

/** An admin callable's own words, unless all it says is the name of a code. */
function wordsOfCall(code: string, message: string): string {
  if (code === 'internal' && message !== code) return OUR_SIDE
  const isOnlyCode = message.toLowerCase().replaceAll(/[_ ]/g, '-') === code
  return isOnlyCode ? (CODES[code] ?? NO_ANSWER) : message
}
