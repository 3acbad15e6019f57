import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { useNativeReluGradients } from '@zoidberg/training/networks/native-kernels.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(async () => {
  await loadEngine('native')
  useNativeReluGradients()
})

/** Of a sum in which each value counts another prime number of times. */
function gradientOf(activation: (x: tf.Tensor) => tf.Tensor, values: number[]): number[] {
  const weights = tf.tensor1d([2, 3, 5, 7, 11].slice(0, values.length))
  return [
    ...tf
      .grad((x) => activation(x).mul(weights).sum())(tf.tensor1d(values))
      .dataSync(),
  ]
}

describe('the native gradients', () => {
  it('of ReLU lets through what is positive and masks the rest', () =>
    expect(gradientOf(tf.relu, [-3, -0.5, 0, 0.5, 3])).toEqual([0, 0, 0, 7, 11]))
  it('of ReLU6 masks what is above six, too', () =>
    expect(gradientOf(tf.relu6, [-3, 0.5, 5.9, 6.1, 9])).toEqual([0, 3, 5, 0, 0]))
})
