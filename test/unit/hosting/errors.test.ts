/** What the page says: of errors, of two models compared, of operating points that are one. */
import { describe, expect, it } from 'vitest'
import { comparisonWords } from '../../../hosting/src/admin/comparison.ts'
import { PlainError, UNREACHABLE, wordsOf, wordsOfAnswer } from '../../../hosting/src/errors.ts'
import { choicesOf } from '../../../hosting/src/points.ts'

const firebaseError = (code: string, message: string) => Object.assign(new Error(message), { code })

describe('an answer with an error', () => {
  it('speaks in the words of the backend, and in ours where it has none', () => {
    expect(wordsOfAnswer(400, { detail: 'notes.jpg is not an image.' })).toBe('notes.jpg is not an image.')
    for (const nothing of [undefined, null, 'busy', {}, { detail: '' }, { detail: 7 }])
      for (const status of [413, 429, 500, 502, 503])
        expect(wordsOfAnswer(status, nothing)).toMatch(/^The [a-z ,.]*\. [A-Z]/i)
  })
})

describe('an error of Firebase', () => {
  it('never shows its code', () => {
    const codes = [
      'auth/x',
      'auth/wrong-password',
      'functions/internal',
      'functions/data-loss',
      'unavailable',
    ]
    for (const code of codes) {
      const words = wordsOf(
        firebaseError(code, `Firebase: Error (${code}).`.replace(/.*functions\/(.*)\).*/, '$1')),
      )
      expect(words).not.toMatch(/auth\/|functions\/|Error|internal|data-loss/)
      expect(words).toMatch(/\.$/)
    }
  })

  it('of an admin callable is what it said', () => {
    const said = 'Channel production has no previous model; promote one instead.'
    expect(wordsOf(firebaseError('functions/failed-precondition', said))).toBe(said)
    for (const message of ['INTERNAL', 'Something failed on our side.'])
      expect(wordsOf(firebaseError('functions/internal', message))).toBe(
        'Something failed on our side. Try again in a moment.',
      )
  })

  it('of a sign-in does not tell which of the two was wrong', () => {
    const words = ['invalid-credential', 'wrong-password', 'user-not-found'].map((code) =>
      wordsOf(firebaseError(`auth/${code}`, '')),
    )
    expect(new Set(words).size).toBe(1)
    expect(wordsOf(firebaseError('auth/network-request-failed', ''))).toBe(UNREACHABLE)
  })
})

it('our own errors are shown, and those of the program are not', () => {
  expect(wordsOf(new PlainError('The file is gone.'))).toBe('The file is gone.')
  for (const cause of [new TypeError('x is not a function'), 'text', undefined, null])
    expect(wordsOf(cause)).toBe('Something in this page failed. Load the page again.')
})

describe('two models compared', () => {
  const differences = {
    accuracy: { value: 0.011, interval: [0.001, 0.021] as [number, number] },
    sensitivity: { value: 0.02, interval: [0.008, 0.032] as [number, number] },
    specificity: { value: -0.015, interval: [-0.03, -0.002] as [number, number] },
    rocAuc: { value: Number.NaN, interval: [Number.NaN, Number.NaN] as [number, number] },
  }
  const compared = { against: 'old', images: 100, patients: 60, differences }

  it('differ in what chance hardly explains', () => {
    expect(comparisonWords({ verdict: 'different', ...compared })).toBe(
      'Differs from old, on the same 100 validation images of 60 patients. ' +
        'It is better in accuracy and sensitivity. It is worse in specificity.',
    )
  })

  it('are told in one sentence else', () => {
    const rest = ' old, on the same 100 validation images of 60 patients.'
    expect(comparisonWords({ verdict: 'no difference', ...compared })).toBe(`No difference from${rest}`)
    expect(comparisonWords({ verdict: 'not enough images to tell', ...compared })).toBe(
      `Not enough images to tell it from${rest}`,
    )
    const reason = 'old cannot be loaded'
    expect(comparisonWords({ verdict: 'nothing to compare with', reason })).toBe(
      'Nothing to compare it with: old cannot be loaded.',
    )
  })
})

it('operating points of the same threshold are one choice, by the name of the default', () => {
  const point = (threshold: number) => ({ threshold, sensitivity: null, specificity: null, rule: '' })
  const points = { 'rule-in': point(0.7), balanced: { ...point(0.7), default: true }, screening: point(0.3) }
  expect(choicesOf(points).map(({ name, others }) => [name, others])).toEqual([
    ['balanced', ['rule-in']],
    ['screening', []],
  ])
})
