import { describe, expect, it } from 'vitest'
import { comparisonWords } from '../../../../hosting/src/admin/comparison.ts'
import { speaking } from '../support/speak.ts'

const t = speaking('en')

describe('two models compared', () => {
  const differences = {
    accuracy: { value: 0.011, interval: [0.001, 0.021] as [number, number] },
    sensitivity: { value: 0.02, interval: [0.008, 0.032] as [number, number] },
    specificity: { value: -0.015, interval: [-0.03, -0.002] as [number, number] },
    rocAuc: { value: Number.NaN, interval: [Number.NaN, Number.NaN] as [number, number] },
  }
  const compared = { against: 'old', images: 100, patients: 60, differences }

  it('differ in what chance hardly explains', () => {
    expect(comparisonWords(t, { verdict: 'different', ...compared })).toBe(
      'Differs from old, on the same 100 validation images of 60 patients. ' +
        'It is better in accuracy and sensitivity. It is worse in specificity.',
    )
    expect(comparisonWords(speaking('fr'), { verdict: 'different', ...compared })).toBe(
      'Diffère de old, sur les mêmes 100 images de validation de 60 patients. ' +
        'Il est meilleur en exactitude et sensibilité. Il est moins bon en spécificité.',
    )
  })

  it('are told in one sentence else', () => {
    const rest = ' old, on the same 100 validation images of 60 patients.'
    expect(comparisonWords(t, { verdict: 'no difference', ...compared })).toBe(`No difference from${rest}`)
    expect(comparisonWords(t, { verdict: 'not enough images to tell', ...compared })).toBe(
      `Not enough images to tell it from${rest}`,
    )
    const reason = 'old cannot be loaded'
    expect(comparisonWords(t, { verdict: 'nothing to compare with', reason })).toBe(
      'Nothing to compare it with: old cannot be loaded.',
    )
  })
})
