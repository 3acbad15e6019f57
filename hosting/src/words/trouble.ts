/** What went wrong, in the page's language: what happened and what to do, without codes. Pure. */
import { ZoidbergProblem } from '@zoidberg/client/problem.ts'
import type { TFunction } from 'i18next'
import { PlainError } from './plain-error.ts'

/** Failures that the client finds by itself. */
const CLIENT: Record<string, string> = {
  unreachable: 'errors.unreachable',
  timeout: 'errors.timeout',
  'no-answer': 'errors.noAnswer',
}

/** The words do not tell which of the two was wrong. */
const WRONG_PAIR = 'errors.wrongPair'
const SIGN_IN: Record<string, string> = {
  'auth/invalid-credential': WRONG_PAIR,
  'auth/invalid-login-credentials': WRONG_PAIR,
  'auth/wrong-password': WRONG_PAIR,
  'auth/user-not-found': WRONG_PAIR,
  'auth/invalid-email': 'errors.noEmail',
  'auth/too-many-requests': 'errors.tooManyTries',
  'auth/network-request-failed': 'errors.unreachable',
  'auth/user-disabled': 'errors.accountOff',
  'auth/user-token-expired': 'errors.signedOut',
}

/** For answers of Firebase that bring a code and no words of ours. */
const CODES: Record<string, string> = {
  // The SDK says so where no answer came at all, and where one came that it cannot read.
  internal: 'errors.noAnswerOrFailed',
  unavailable: 'errors.noAnswer',
  'deadline-exceeded': 'errors.timeout',
  'resource-exhausted': 'errors.busy',
  unauthenticated: 'errors.signedOut',
  'permission-denied': 'errors.mayNot',
  'not-found': 'errors.unknown',
}
const BUSY_SECONDS = 60

/** @returns what to say of anything that was thrown */
export function wordsOfTrouble(t: TFunction, cause: unknown): string {
  if (cause instanceof PlainError) return t(cause.key, cause.values)
  if (cause instanceof ZoidbergProblem) return wordsOfProblem(t, cause)
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code !== 'string') return t('errors.page')
  if (code.startsWith('auth/')) return t(SIGN_IN[code] ?? 'errors.signIn')
  if (!code.startsWith('functions/')) return ofCode(t, code) // Firestore
  return wordsOfCall(t, code.slice('functions/'.length), String(message))
}

function wordsOfProblem(t: TFunction, { type, status, message, retryAfter }: ZoidbergProblem): string {
  if (Object.hasOwn(CLIENT, type)) return t(CLIENT[type])
  if (status === 429) return t('errors.busy', { seconds: retryAfter ?? BUSY_SECONDS })
  // A translation where there is one; else the server's own words, which are English.
  return t(`problems.${type}`, { defaultValue: message || t('errors.noAnswer') })
}

/** An admin callable's own words, which are English, unless all it says is the name of a code. */
function wordsOfCall(t: TFunction, code: string, message: string): string {
  if (code === 'internal' && message !== code) return t('errors.ourSide')
  const isOnlyCode = message.toLowerCase().replaceAll(/[_ ]/g, '-') === code
  return isOnlyCode ? ofCode(t, code) : message
}

const ofCode = (t: TFunction, code: string): string =>
  t(CODES[code] ?? 'errors.noAnswer', { seconds: BUSY_SECONDS })
