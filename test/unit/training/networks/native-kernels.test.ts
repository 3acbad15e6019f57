import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { useNativeReluGradient } from '@zoidberg/training/networks/native-kernels.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(async () => {
  await loadEngine('native')
  useNativeReluGradient()
})

describe('the native gradient of ReLU', () => {
  it('lets through what is positive and masks the rest', () => {
    const gradient = tf.grad((x) =>
      tf
        .relu(x)
        .mul(tf.tensor1d([2, 3, 5, 7, 11]))
        .sum(),
    )
    expect([...gradient(tf.tensor1d([-3, -0.5, 0, 0.5, 3])).dataSync()]).toEqual([0, 0, 0, 7, 11])
  })
})
