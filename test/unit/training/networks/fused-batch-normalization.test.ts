import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { FusedBatchNormalization } from '@zoidberg/training/networks/fused-batch-normalization.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

const CHANNELS = 3
const EPSILON = 1e-3
const input = () => tf.randomNormal([4, 6, 6, CHANNELS], 2, 3, 'float32', 5) as tf.Tensor4D
/** What a loss would give back: another number for each value. */
const outer = () => tf.randomNormal([4, 6, 6, CHANNELS], 0.5, 1, 'float32', 9) as tf.Tensor4D
const GAMMA = [0.5, 1.5, -2]
const BETA = [0.1, -0.3, 4]

/** A layer with these parameters; its weights are gamma, beta, moving mean and moving variance. */
function layerWith(mean = [0, 0, 0], variance = [1, 1, 1]) {
  const layer = new FusedBatchNormalization({})
  layer.build([null as unknown as number, 6, 6, CHANNELS])
  layer.setWeights([GAMMA, BETA, mean, variance].map((values) => tf.tensor1d(values)))
  return layer
}
const apply = (layer: FusedBatchNormalization, x: tf.Tensor, training: boolean) =>
  layer.call(x, { training }) as tf.Tensor4D
/** The same in tfjs' own operations. */
function reference(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  return x.sub(mean).div(variance.add(EPSILON).sqrt()).mul(gamma).add(beta)
}
function expectClose(actual: tf.Tensor, wanted: tf.Tensor, digits = 3) {
  expect(actual.shape).toEqual(wanted.shape)
  const values = wanted.dataSync()
  actual.dataSync().forEach((value, i) => expect(value).toBeCloseTo(values[i], digits))
}

describe('FusedBatchNormalization', () => {
  it('normalises by the batch in training, and scales and moves by gamma and beta', () =>
    expectClose(apply(layerWith(), input(), true), reference(input(), tf.tensor1d(GAMMA), tf.tensor1d(BETA))))

  it('has the gradients of x, gamma and beta that small operations have, each in its place', () => {
    const layer = layerWith()
    const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read() as tf.Variable<tf.Rank.R1>)
    const x = tf.variable(input())
    const fused = tf.variableGrads(
      () => apply(layer, x, true).mul(outer()).sum() as tf.Scalar,
      [x, gamma, beta],
    ).grads
    const [ofX, ofGamma, ofBeta] = tf.grads(
      (...[value, scale, offset]: tf.Tensor[]) =>
        reference(value as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D)
          .mul(outer())
          .sum() as tf.Scalar,
    )([input(), tf.tensor1d(GAMMA), tf.tensor1d(BETA)])
    expectClose(fused[x.name], ofX)
    expectClose(fused[gamma.name], ofGamma, 2)
    expectClose(fused[beta.name], ofBeta, 2)
    // Otherwise exchanging the two would show nothing.
    expect(ofGamma.sub(ofBeta).abs().min().dataSync()[0]).toBeGreaterThan(0.5)
  })

  it('moves its statistics a tenth of the way to those of the batch, the variance with n - 1', () => {
    const [mean, variance] = [
      [5, -5, 0],
      [2, 20, 7],
    ]
    const layer = layerWith(mean, variance)
    apply(layer, input(), true)
    const [, , movingMean, movingVariance] = layer.getWeights()
    const { mean: batchMean, variance: batchVariance } = tf.moments(input(), [0, 1, 2])
    const n = 4 * 6 * 6
    expectClose(movingMean, tf.tensor1d(mean).mul(0.9).add(batchMean.mul(0.1)), 4)
    expectClose(
      movingVariance,
      tf
        .tensor1d(variance)
        .mul(0.9)
        .add(batchVariance.mul((0.1 * n) / (n - 1))),
      3,
    )
  })

  it('normalises by the moving statistics at inference, and leaves them as they are', () => {
    const layer = layerWith([1, 2, 3], [4, 9, 16])
    const answer = apply(layer, tf.fill([1, 1, 1, CHANNELS], 5), false)
    const wanted = [0, 1, 2].map(
      (c) => (GAMMA[c] * (5 - (c + 1))) / Math.sqrt((c + 2) ** 2 + EPSILON) + BETA[c],
    )
    expectClose(answer.flatten(), tf.tensor1d(wanted), 4)
    const [, , mean, variance] = layer.getWeights().map((weight) => [...weight.dataSync()])
    expect([mean, variance]).toEqual([
      [1, 2, 3],
      [4, 9, 16],
    ])
  })
})
