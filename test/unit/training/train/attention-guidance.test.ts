import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { useNativeReluGradients } from '@zoidberg/training/networks/native-kernels.ts'
import { attentionGuidanceLoss } from '@zoidberg/training/train/attention-guidance.ts'
import { UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { logitsOf } from '@zoidberg/training/train/step.ts'
import { createStepper } from '@zoidberg/training/train/stepper.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { trainStep } from '../support/training.ts'

beforeAll(() => loadEngine('native'))

describe('attentionGuidanceLoss', () => {
  /** One sample, two cells, logits of NORMAL, BACTERIA and VIRUS in each. */
  const maps = (...cells: number[]) => tf.tensor4d(cells, [1, 1, 2, 3])
  const lungs = () => tf.tensor3d([1, 0], [1, 1, 2])
  const loss = (label: number, ...cells: number[]) =>
    attentionGuidanceLoss(maps(...cells), lungs(), tf.tensor1d([label], 'int32')).dataSync()[0]

  it('is minus the logarithm of the share of the evidence that lies in the lungs', () => {
    expect(loss(1, 0, 30, 0, 0, 10, 0)).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
    expect(loss(1, 0, 30, 0, 0, 0, 0)).toBeCloseTo(0, 5)
    expect(loss(1, 0, 0, 0, 0, 30, 0)).toBeCloseTo(-Math.log(0.02 / 30.02), 4)
  })
  it("looks at the sample's own class, against NORMAL", () => {
    expect(loss(2, 5, 0, 35, 5, 90, 15)).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
  })
  it('takes lungs of any grid: one of twice the cells gives the same', () => {
    const fine = tf.tensor3d([1, 1, 0, 0, 1, 1, 0, 0], [1, 2, 4])
    const cells = maps(0, 30, 0, 0, 10, 0)
    expect(attentionGuidanceLoss(cells, fine, tf.tensor1d([1], 'int32')).dataSync()[0]).toBeCloseTo(
      loss(1, 0, 30, 0, 0, 10, 0),
      6,
    )
  })
  it('asks nothing of a normal sample, nor where there is no evidence at all', () => {
    expect(loss(0, 0, 9, 9, 3, 90, 9)).toBeCloseTo(0, 9)
    expect(loss(1, 7, 1, 1, 7, 1, 1)).toBeCloseTo(0, 9)
  })
  it('asks nothing of a sample whose lungs are masked', () =>
    expect(loss(UNKNOWN, -9, 90, 9, -3, 90, 9)).toBeCloseTo(0, 9))
  it('moves the evidence into the lungs when it is followed downhill', () => {
    const map = tf.variable(maps(0, 1, 0, 0, 3, 0))
    const optimizer = tf.train.sgd(0.2)
    for (let i = 0; i < 200; i++)
      optimizer.minimize(() => attentionGuidanceLoss(map, lungs(), tf.tensor1d([1], 'int32')), false, [map])
    const [, inside, , , outside] = map.dataSync()
    expect(inside / (inside + outside)).toBeGreaterThan(0.5)
  })
})

describe('a step with attention guidance', () => {
  const size = { width: 64, height: 64 }
  const { build, training } = networkNamed('default')
  const images = Float32Array.from({ length: 6 * 64 * 64 }, (_, i) => (i * 7919) % 255)
  const labels = Int32Array.from([0, 1, 2, 1, 2, 1])
  /** Lungs are the upper half of a map of 4 x 4. */
  const lungs = Float32Array.from({ length: 6 * 16 }, (_, i) => Number(i % 16 < 8))
  const shareInLungs = (guidance: number) => {
    const model = build({ hyperparameters: { width: 4, blocks: 1, dropout: 0 }, size, classes: 3, seed: 1 })
    const network = logitsOf(model)
    const optimizer = tf.train.adam()
    const stepper = createStepper({ model: network, optimizer, settings: { ...training, guidance } })
    for (let step = 1; step <= 60; step++) stepper.take({ images, labels, lungs }, { rate: 3e-3, step })
    stepper.dispose()
    return tf.tidy(() => {
      const [, maps] = network.apply(tf.tensor4d(images, [6, 64, 64, 1]), { training: true }) as [
        tf.Tensor,
        tf.Tensor4D,
      ]
      return Math.exp(
        -attentionGuidanceLoss(
          maps,
          tf.tensor3d(lungs, [6, 4, 4]),
          tf.tensor1d(labels, 'int32'),
        ).dataSync()[0],
      )
    })
  }
  it('wants every class to be as likely where the lungs are masked, and counts no such sample among those that have a label', () => {
    const model = build({ hyperparameters: { width: 4, blocks: 1, dropout: 0 }, size, classes: 3, seed: 1 })
    const unknown = new Int32Array(6).fill(UNKNOWN)
    const network = logitsOf(model)
    const [logits] = network.apply(tf.tensor4d(images, [6, 64, 64, 1]), { training: true }) as [tf.Tensor2D]
    const uniform = -tf.mean(logits.logSoftmax()).dataSync()[0]
    const step = trainStep(network, {
      batch: { images, labels: unknown, lungs },
      settings: training,
      rate: 0,
    })
    expect(step).toMatchObject({ correct: 0, known: 0 })
    expect(step.loss).toBeCloseTo(uniform, 4)
  })
  it('moves the map of a network into the lungs, as far as it is told to', () => {
    useNativeReluGradients()
    expect(shareInLungs(1)).toBeGreaterThan(shareInLungs(0) + 0.2)
  })
})
