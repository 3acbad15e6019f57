import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { halve, isHalfSize } from '@zoidberg/training/train/progressive.ts'
import { crossEntropy, logitsOf } from '@zoidberg/training/train/step.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { settings, smallResnet, trainStep } from '../support/training.ts'

beforeAll(() => loadEngine('native'))

describe('a step', () => {
  it('survives batches of three, which crash the gradient of a strided 1 x 1 convolution', () => {
    const wide = { height: 64, width: 64 }
    const member = smallResnet({ width: 12, dropout: 0 }, wide)
    const batch = { images: new Float32Array(3 * 64 * 64).fill(9), labels: Int32Array.from([0, 1, 2]) }
    const network = logitsOf(member)
    for (let i = 0; i < 10; i++)
      expect(trainStep(network, { batch, settings, rate: 1e-3 }).loss).toBeGreaterThan(0)
  })
})

describe('halfSize', () => {
  const halves = { ...settings, epochs: 4, halfSize: 0.5 }
  it('is of the first share of the epochs', () => {
    expect([1, 2, 3, 4].map((epoch) => isHalfSize(epoch, halves))).toEqual([true, true, false, false])
    expect(isHalfSize(1, settings)).toBe(false)
  })
  it('shows a network the means of 2 x 2 pixels: it learns the same from an image that has only those', () => {
    const step = (images: Float32Array) => {
      const network = logitsOf(smallResnet())
      const labels = Int32Array.from([0, 1, 2])
      const options = { batch: { images, labels }, settings: halves, rate: 1e-2, halfSize: true }
      const { loss } = trainStep(network, options)
      return { loss, weights: readWeights(network) }
    }
    const fine = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => (i * 7919) % 255)
    const pixels = tf.tensor4d(fine, [3, 32, 32, 1])
    const coarse = tf.image.resizeNearestNeighbor(halve(pixels), [32, 32]).dataSync() as Float32Array
    const [a, b] = [step(fine), step(coarse)]
    expect(a.loss).toBeCloseTo(b.loss, 6)
    a.weights.forEach((values, i) =>
      values.forEach((value, j) => expect(value).toBeCloseTo(b.weights[i][j], 5)),
    )
    expect(Array.from(fine)).not.toEqual(Array.from(coarse))
  })
  it.each([32, 48, 80])('guides the map of images of %i pixels at either size', (side) => {
    const { build } = networkNamed('default')
    const network = logitsOf(
      build({
        hyperparameters: { width: 4, blocks: 1, dropout: 0 },
        size: { width: side, height: side },
        classes: 3,
        seed: 1,
      }),
    )
    const [, map] = network.outputs
    const cells = (map.shape[1] as number) * (map.shape[2] as number)
    const batch = {
      images: new Float32Array(2 * side * side).fill(100),
      labels: Int32Array.from([1, 2]),
      lungs: new Float32Array(2 * cells).fill(0.5),
    }
    const guided = { ...halves, guidance: 1 }
    for (const halfSize of [true, false])
      expect(trainStep(network, { batch, settings: guided, rate: 1e-3, halfSize }).loss).toBeGreaterThan(0)
  })
})

describe('crossEntropy', () => {
  const probabilities = () =>
    tf
      .tensor2d([
        [0.7, 0.2, 0.1],
        [0.1, 0.1, 0.8],
      ])
      .log() as tf.Tensor2D
  const loss = (smoothing: number, classWeights?: number[]) =>
    crossEntropy(probabilities(), tf.tensor1d([0, 2], 'int32'), {
      smoothing,
      classWeights,
    }).dataSync()[0]
  it('is the mean negative log of what is true', () =>
    expect(loss(0)).toBeCloseTo(-(Math.log(0.7) + Math.log(0.8)) / 2, 5))
  it('shares out a little with label smoothing', () => {
    const smoothed =
      -(
        0.9 * (Math.log(0.7) + Math.log(0.8)) +
        (0.1 / 3) * (Math.log(0.7 * 0.2 * 0.1) + Math.log(0.1 * 0.1 * 0.8))
      ) / 2
    expect(loss(0.1)).toBeCloseTo(smoothed, 5)
  })
  it('wants every class to be as likely where the label is unknown', () => {
    const unknown = (classWeights?: number[]) =>
      crossEntropy(probabilities(), tf.tensor1d([UNKNOWN, 2], 'int32'), { classWeights }).dataSync()[0]
    expect(unknown()).toBeCloseTo(-(Math.log(0.7 * 0.2 * 0.1) / 3 + Math.log(0.8)) / 2, 5)
    expect(unknown([1, 1, 0])).toBeCloseTo(-Math.log(0.7 * 0.2 * 0.1) / 6, 5)
  })
  it('weighs classes', () => expect(loss(0, [2, 1, 0])).toBeCloseTo(-Math.log(0.7), 5))
})
