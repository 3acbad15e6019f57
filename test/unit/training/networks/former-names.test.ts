import { withCurrentNames } from '@zoidberg/training/networks/former-names.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { toOverrides, withOverrides } from '@zoidberg/training/networks/overrides.ts'
import { describe, expect, it } from 'vitest'

const cnn = networkNamed('cnn')
/** As manifests of before one casing had it. */
const former = {
  conv_1_filter: 16,
  conv_2_filter: 32,
  conv_3_filter: 64,
  conv_1_kernel: 3,
  conv_2_kernel: 3,
  conv_3_kernel: 3,
  dropout: 0,
  dense_units: 128,
}
/** It came later. */
const { depth: _, ...hyperparameters } = cnn.hyperparameters

describe('names of before', () => {
  it("become today's, in the same order", () =>
    expect(Object.entries(withCurrentNames({ ...former, ...cnn.training }))).toEqual(
      Object.entries({ ...hyperparameters, ...cnn.training }),
    ))
  it('are still read in the command that a manifest keeps', () =>
    expect(withOverrides(cnn, ['conv_1_filter=8', 'dense_units=4']).hyperparameters).toEqual({
      ...cnn.hyperparameters,
      conv1Filters: 8,
      denseUnits: 4,
    }))
  it('are of one casing now', () => {
    for (const name of [...Object.keys(cnn.hyperparameters), ...Object.keys(cnn.training)])
      expect(name).toMatch(/^[a-z]+[a-zA-Z0-9]*$/)
  })
})

describe('overrides', () => {
  it('are written the way they are read', () => {
    const values = { learningRate: 1 / 3000, optimizer: 'adamw', denseUnits: 48 }
    const written = toOverrides(values).map((text) => text.replace('--set ', ''))
    const { hyperparameters, settings } = withOverrides(cnn, written)
    expect({ ...settings, ...hyperparameters }).toMatchObject(values)
  })
  it('name nothing that an object has by itself', () =>
    expect(() => withOverrides(cnn, ['__proto__=1'])).toThrow(/no setting "__proto__"/))
})
