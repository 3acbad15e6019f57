import { ZoidbergProblem } from '@zoidberg/client/problem.ts'
import { describe, expect, it } from 'vitest'
import { PlainError } from '../../../../hosting/src/words/plain-error.ts'
import { wordsOfTrouble } from '../../../../hosting/src/words/trouble.ts'
import { speaking } from '../support/speak.ts'

const t = speaking('en')
const say = (cause: unknown) => wordsOfTrouble(t, cause)
const firebaseError = (code: string, message: string) => Object.assign(new Error(message), { code })

describe('an error of Firebase', () => {
  it.each(['auth/x', 'auth/wrong-password', 'functions/internal', 'functions/data-loss', 'unavailable'])(
    'never shows its code: %s',
    (code) => {
      const message = `Firebase: Error (${code}).`.replace(/.*functions\/(.*)\).*/, '$1')
      for (const language of ['en', 'fr'] as const) {
        const words = wordsOfTrouble(speaking(language), firebaseError(code, message))
        expect(words).not.toMatch(/auth\/|functions\/|Error|internal|data-loss|errors\./)
        expect(words).toMatch(/\.$/)
      }
    },
  )

  it('of an admin callable is what it said', () => {
    const said = 'Channel production has no previous model; promote one instead.'
    expect(say(firebaseError('functions/failed-precondition', said))).toBe(said)
    for (const message of ['INTERNAL', 'Something failed on our side.'])
      expect(say(firebaseError('functions/internal', message))).toBe(
        'Something failed on our side. Try again in a moment.',
      )
  })

  it('of a sign-in does not tell which of the two was wrong', () => {
    const words = ['invalid-credential', 'wrong-password', 'user-not-found'].map((code) =>
      say(firebaseError(`auth/${code}`, '')),
    )
    expect(new Set(words).size).toBe(1)
    expect(say(firebaseError('auth/network-request-failed', ''))).toBe(t('errors.unreachable'))
  })
})

describe('a problem of the backend', () => {
  const problem = (type: string, status: number, detail: string) =>
    new ZoidbergProblem(type, detail, { status })
  it('speaks in its own words, and in ours where no answer came', () => {
    expect(say(problem('not-an-image', 400, 'notes.jpg is not an image.'))).toBe('notes.jpg is not an image.')
    expect(say(problem('unreachable', 0, 'fetch failed'))).toBe(t('errors.unreachable'))
  })
  it('is translated where there is a translation', () =>
    expect(
      wordsOfTrouble(speaking('fr'), problem('not-an-image', 400, 'notes.jpg is not an image.')),
    ).toMatch(/^Ce fichier n’est pas une image/))
})

it('our own errors are shown with what they are filled in with, and those of the program are not', () => {
  expect(say(new PlainError('start.ended', { state: 'failed' }))).toBe(
    'That run has ended already (failed). Press Start again for a new one.',
  )
  for (const cause of [new TypeError('x is not a function'), 'text', undefined, null])
    expect(say(cause)).toBe('Something in this page failed. Load the page again.')
})
