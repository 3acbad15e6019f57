import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { type Dataset, loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { modelNamed } from '@zoidberg/training/models/index.ts'
import { withOverrides } from '@zoidberg/training/models/settings.ts'
import {
  describeEpochs,
  describeFolds,
  describeTraining,
  duration,
  epochsLeft,
  type Pace,
  trainingSeconds,
  type Work,
} from '@zoidberg/training/train/estimate.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import { measurePace } from '@zoidberg/training/train/pace.ts'
import { planTraining } from '@zoidberg/training/train/plan.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const pace: Pace = { full: 0.006, half: 0.002, forward: 0.002 }
const network = { name: 'default', parameters: 500_907, size: { width: 128, height: 128 } }
const work: Work = {
  train: { images: 4168, patients: 2277 },
  validation: { images: 1048, patients: 569 },
  judged: 16 * 1048,
  settings: { epochs: 120, halfSize: 0.6, patience: 20 },
  done: 0,
}

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
      'Trains default (500,907 parameters, 128 x 128 pixels) on 4,168 images of 2,277 patients for at most 120 epochs, 72 of them at half size; judges it on 1,048 images of 569 patients. About 35 minutes on this machine.',
    ))
  it('is what is left, if it goes on', () => {
    expect(describeTraining(network, { ...work, done: 45 }, pace)).toMatch(
      /^Goes on with default \(.+\) after epoch 45 on .+ for at most 75 more epochs, 27 of them at half size; judges it/,
    )
    expect(describeTraining(network, { ...work, done: 120 }, pace)).toMatch(
      /after epoch 120, which was the last; judges it on 1,048 images of 569 patients\. About 30 seconds/,
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
      'Cross-validates default (500,907 parameters, 128 x 128 pixels) in 5 folds, 3 of them done: each trains on about 4,168 images, is judged on about 1,048 others, and lasts at most 120 epochs, 72 of them at half size. About 44 minutes on this machine.',
    )
  })
})

describe('measurePace', () => {
  let root: string
  let dataset: Dataset
  beforeAll(async () => {
    await loadEngine('native')
    root = await mkdtemp(join(tmpdir(), 'zoidberg-pace-'))
    process.env.XDG_CACHE_HOME = join(root, 'cache')
    await writePhantoms(root, 60, 1, { width: 32, height: 32 })
    dataset = await loadDataset(root, { width: 32, height: 32 })
  })
  afterAll(async () => {
    dataset.close()
    await rm(root, { recursive: true })
  })
  const definition = modelNamed('default')
  const config = () => ({
    definition,
    ...withOverrides(definition, ['width=4', 'epochs=2', 'halfSize=0.5', 'batchSize=16']),
    size: dataset.size,
    task: 'three-class' as const,
    seed: 1,
  })

  it('finds out how long an image takes, at either size, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors
    const { pace, parameters } = await measurePace(config(), dataset, partOf(dataset, 'train'))
    for (const seconds of Object.values(pace)) {
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThan(1)
    }
    expect(parameters).toBeGreaterThan(1000)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('changes no bit of the training that follows', async () => {
    const train = async () => {
      const { hyperparameters, settings, size, task, seed } = config()
      const model = definition.build({ hyperparameters, size, classes: 3, seed })
      const samples = partOf(dataset, 'train')
      const { batches } = planTraining(model, dataset, samples, task, settings, seed)
      const validate = () => ({ loss: 1, accuracy: 0 })
      const { history } = await trainLoop(model, { settings, batches, validate }).finally(batches.close)
      return { losses: history.map(({ loss }) => loss), weights: readWeights(model) }
    }
    const [alone, again] = [await train(), await train()]
    await measurePace(config(), dataset, partOf(dataset, 'train'))
    const after = await train()
    expect(again).toEqual(alone)
    expect(after).toEqual(alone)
  })
})
