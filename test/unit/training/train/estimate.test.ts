import {
  describeEpochs,
  describeFolds,
  describeTraining,
  duration,
  epochsLeft,
  type Pace,
  secondsLeft,
  trainingSeconds,
  type Work,
} from '@zoidberg/training/train/estimate.ts'
import { describe, expect, it } from 'vitest'

const pace: Pace = { full: 0.006, half: 0.002, forward: 0.002 }
const network = { name: 'default', parameters: 500_907, size: { width: 128, height: 128 } }
const work: Work = {
  train: { images: 4168, patients: 2277 },
  validation: { images: 1048, patients: 569 },
  evaluated: 16 * 1048,
  settings: { epochs: 120, halfSize: 0.6, patience: 20 },
  done: 0,
}

describe('what is left after an epoch', () => {
  const settings = { epochs: 10, halfSize: 0.5, patience: 20 }
  it('counts epochs at half size for a quarter', () => {
    expect(secondsLeft(settings, { epoch: 4, seconds: 10 })).toBe(10 + 5 * 40)
    expect(secondsLeft(settings, { epoch: 8, seconds: 40 })).toBe(80)
  })
  it('is nothing after the last', () => expect(secondsLeft(settings, { epoch: 10, seconds: 40 })).toBe(0))
})

describe('the time of a training', () => {
  it('is its steps at either size, a validation pass an epoch, and the answers in the end', () => {
    const steps = 4168 * (72 * 0.002 + 48 * 0.006)
    expect(trainingSeconds(work, pace)).toBeCloseTo(steps + 0.002 * (120 * 1048 + 16 * 1048), 6)
  })
  it('is that of the epochs that are left', () => {
    expect(epochsLeft({ ...work, done: 70 })).toEqual({ all: 50, half: 2 })
    expect(epochsLeft({ ...work, done: 120 })).toEqual({ all: 0, half: 0 })
    expect(trainingSeconds({ ...work, done: 120 }, pace)).toBeCloseTo(0.002 * 16 * 1048, 6)
  })
  it.each([
    [0, 'less than half a minute'],
    [24, 'less than half a minute'],
    [26, 'about 30 seconds'],
    [114, 'about 110 seconds'],
    [116, 'about 2 minutes'],
    [55 * 60 + 20, 'about 55 minutes'],
    [179 * 60, 'about 179 minutes'],
    [180 * 60, 'about 3 hours'],
    [(6 * 60 + 34) * 60, 'about 6 hours 30 minutes'],
    [30 * 3600, 'about 30 hours'],
  ])('of %d seconds is %s', (seconds, words) => expect(duration(seconds)).toBe(words))
})

describe('what a training will do', () => {
  it('is said with its network, data, epochs and time', () =>
    expect(describeTraining(network, work, pace)).toBe(
      'Trains default (500,907 parameters, 128 x 128 pixels) on 4,168 images of 2,277 patients for at most 120 epochs, 72 of them at half size; evaluates it on 1,048 images of 569 patients. About 35 minutes on this machine.',
    ))
  it('is what is left, if it goes on', () => {
    expect(describeTraining(network, { ...work, done: 45 }, pace)).toMatch(
      /^Goes on with default \(.+\) after epoch 45 on .+ for at most 75 more epochs, 27 of them at half size; evaluates it/,
    )
    expect(describeTraining(network, { ...work, done: 120 }, pace)).toMatch(
      /after epoch 120, which was the last; evaluates it on 1,048 images of 569 patients\. About 30 seconds/,
    )
  })
  it('says "at most" only where it may stop early', () => {
    const epochs = (settings: Partial<Work['settings']>, done = 0) =>
      describeEpochs({ settings: { ...work.settings, ...settings }, done })
    expect(epochs({ epochs: 1, halfSize: 0 })).toBe('1 epoch')
    expect(epochs({ epochs: 20, halfSize: 0 })).toBe('20 epochs')
    expect(epochs({ epochs: 21, halfSize: 0 })).toBe('at most 21 epochs')
    // Epochs at half size use up no patience: 20 are left for it.
    expect(epochs({ epochs: 50 })).toBe('50 epochs, 30 of them at half size')
    expect(epochs({ epochs: 5, halfSize: 1 })).toBe('5 epochs at half size')
    expect(epochs({ epochs: 5, halfSize: 0 }, 4)).toBe('1 more epoch')
  })
  it('with folds is the sum of those that are not done', () => {
    const text = describeFolds(network, { all: 5, left: [work, { ...work, done: 100 }] }, pace)
    expect(text).toBe(
      'Cross-validates default (500,907 parameters, 128 x 128 pixels) in 5 folds, 3 of them done: each trains on about 4,168 images, is evaluated on about 1,048 others, and lasts at most 120 epochs, 72 of them at half size. About 44 minutes on this machine.',
    )
  })
})
