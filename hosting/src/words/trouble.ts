/** What went wrong, in the page's language. */
import { ZoidbergProblem } from '@zoidberg/client/problem.ts'
import type { TFunction } from 'i18next'

const OURS: Record<string, string> = {
  unreachable: 'errors.unreachable',
  timeout: 'errors.timeout',
  'no-answer': 'errors.noAnswer',
}

/** @returns what to say of anything that was thrown: what happened, and what to do */
export function wordsOfTrouble(t: TFunction, cause: unknown): string {
  if (!(cause instanceof ZoidbergProblem)) return t('errors.page')
  const { type, status, message, retryAfter } = cause
  if (Object.hasOwn(OURS, type)) return t(OURS[type])
  if (status === 429) return t('errors.busy', { seconds: retryAfter ?? 60 })
  // A translation where there is one; else the server's own words, which are English.
  return t(`problems.${type}`, { defaultValue: message || t('errors.noAnswer') })
}
