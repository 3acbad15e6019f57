import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { withOverrides } from '@zoidberg/training/networks/overrides.ts'
import { describe, expect, it } from 'vitest'

const resnet = networkNamed('resnet')
const settingsWith = (...overrides: string[]) => withOverrides(resnet, overrides)

describe('--set', () => {
  it('changes a hyperparameter or a training setting, and nothing else', () => {
    const { hyperparameters, settings } = settingsWith('width=8', 'batchSize=16', 'balance=sampling')
    expect(hyperparameters).toEqual({ ...resnet.hyperparameters, width: 8 })
    expect(settings).toEqual({ ...resnet.training, batchSize: 16, balance: 'sampling' })
    expect(resnet.training.batchSize).toBe(32)
  })
  it('knows augmentations by name', () => {
    expect(settingsWith('augmentation=none').settings.augmentation).toEqual({})
    expect(settingsWith('augmentation=geometric').settings.augmentation).toEqual({
      flip: 0.5,
      rotation: 10,
      crop: [0.25, 1.2],
      aspect: 1.5,
      erasing: 0.25,
    })
  })
  it.each([
    ['depth=3', /there is no setting "depth"; there are width, blocks, dropout, epochs/],
    ['constructor=1', /there is no setting "constructor"/],
    ['learningRate=fast', /learningRate is a number from 0 on, not "fast"/],
    ['learningRate=', /learningRate is a number/],
    ['learningRate=-1', /learningRate is a number from 0 on/],
    ['batchSize=0', /batchSize is a whole number from 1 on, not "0"/],
    ['patience=0', /patience is a whole number from 1 on/],
    ['epochs=1.5', /epochs is a whole number from 1 on/],
    ['halfSize=2', /halfSize is a share from 0 to 1, not "2"/],
    ['hiddenLungs=1.5', /hiddenLungs is a share/],
    ['ema=1.01', /ema is a share/],
    ['balance=maybe', /balance is one of none, sampling, weights, not "maybe"/],
    ['augmentation=wild', /augmentation is one of none, report, strong, geometric, photometric/],
  ])('%s is refused with the reason', (override, message) =>
    expect(() => settingsWith(override)).toThrow(message),
  )
})
