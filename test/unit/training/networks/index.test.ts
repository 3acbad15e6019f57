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
  it('have as many convolutions as they are told to', () => {
    const { build, hyperparameters, size } = networkNamed('cnn')
    const convolutions = (depth: number) =>
      build({ hyperparameters: { ...hyperparameters, depth }, size, classes: 2, seed: 1 }).layers.filter(
        (layer) => layer.getClassName() === 'Conv2D',
      ).length
    expect([2, 3, 5].map(convolutions)).toEqual([2, 3, 5])
  })
  it('keep resnet under a million', () => {
    const { build, hyperparameters, size } = networkNamed('resnet')
    expect(build({ hyperparameters, size, classes: 3, seed: 1 }).countParams()).toBeLessThan(1_000_000)
  })
  it('start from the same weights for the same seed', () =>
    expect(readWeights(smallResnet())).toEqual(readWeights(smallResnet())))
})
