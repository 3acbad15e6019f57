import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { smallResnet } from '../support/training.ts'

beforeAll(() => loadEngine('native'))

describe('the networks', () => {
  it('have the parameters that the report states', () => {
    const { build, hyperparameters, size } = networkNamed('mlp')
    expect(build({ hyperparameters, size, classes: 2, seed: 1 }).countParams()).toBe(4_147_586)
  })
  it('keep resnet under a million', () => {
    const { build, hyperparameters, size } = networkNamed('resnet')
    expect(build({ hyperparameters, size, classes: 3, seed: 1 }).countParams()).toBeLessThan(1_000_000)
  })
  it('start from the same weights for the same seed', () =>
    expect(readWeights(smallResnet())).toEqual(readWeights(smallResnet())))
})
