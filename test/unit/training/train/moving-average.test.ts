import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { createMovingAverage } from '@zoidberg/training/train/moving-average.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('createMovingAverage', () => {
  const LIMIT = 0.9
  it.each([
    [1, 2 / 11],
    [10, 11 / 20],
    [1000, LIMIT],
  ])('keeps, at step %i, %d of what it was and takes the rest from the weights', (step, keep) => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] })
    model.setWeights([tf.tensor2d([1, 2], [2, 1]), tf.tensor1d([3])])
    const { averages, keptAt, follow, dispose } = createMovingAverage(model, LIMIT)
    model.setWeights([tf.tensor2d([101, 2], [2, 1]), tf.tensor1d([-7])])
    expect(keptAt(step)).toBeCloseTo(keep, 9)
    follow(keep, 1 - keep)
    const [kernel, bias] = averages.map((average) => [...average.dataSync()])
    expect(kernel[0]).toBeCloseTo(keep + 101 * (1 - keep), 4)
    expect(kernel[1]).toBeCloseTo(2, 5)
    expect(bias[0]).toBeCloseTo(3 * keep - 7 * (1 - keep), 4)
    dispose()
  })
})
