import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { recipeWith } from '@zoidberg/training/networks/recipe.ts'
import { describe, expect, it } from 'vitest'

const resnet = networkNamed('resnet')

describe('recipeWith', () => {
  it('takes numbers as they are and words where a setting is a choice', () => {
    const learningRate = 1 / 3000
    const { hyperparameters, settings } = recipeWith(resnet, {
      width: 8,
      learningRate,
      optimizer: 'adam',
      augmentation: 'strong',
    })
    expect(hyperparameters).toEqual({ ...resnet.hyperparameters, width: 8 })
    expect(settings.learningRate).toBe(learningRate)
    expect(settings.augmentation).toEqual(networkNamed('default').training.augmentation)
    expect(settings).toMatchObject({ optimizer: 'adam', epochs: resnet.training.epochs })
  })
  it('leaves the definition as it is', () => {
    recipeWith(resnet, { width: 8, epochs: 1 })
    expect([resnet.hyperparameters.width, resnet.training.epochs]).toEqual([24, 30])
  })
  it('keeps the order of names, which checkpoints are known by', () => {
    const names = (recipe: ReturnType<typeof recipeWith>) => Object.keys(recipe.settings)
    expect(names(recipeWith(resnet, { warmup: 1, epochs: 2 }))).toEqual(Object.keys(resnet.training))
  })
  it('takes no text for a number: a trial has the values it was given', () =>
    expect(() => recipeWith(resnet, { learningRate: '0.1' })).toThrow(/learningRate is a number/))
})
