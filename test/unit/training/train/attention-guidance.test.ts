import { openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engine.ts'
import type { Affine } from '@zoidberg/training/augmentation/augmentation.ts'
import { modelNamed } from '@zoidberg/training/models/index.ts'
import { type BatchPlan, createBatches, UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { guidanceLoss } from '@zoidberg/training/train/guidance.ts'
import { followLungs, hideLungs } from '@zoidberg/training/train/lungs.ts'
import { useNativeReluGradient } from '@zoidberg/training/train/native.ts'
import { logitsOf, trainStep } from '@zoidberg/training/train/step.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('followLungs', () => {
  const size = { width: 8, height: 8 }
  const map = { width: 2, height: 2 }
  /** The left half but for its lowest quarter. */
  const lungs = Uint8Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4 && i < 48))
  const shares = (affine: Affine) => {
    const into = new Float32Array(4)
    followLungs({ lungs, map }, size)(affine, into)
    return Array.from(into)
  }
  it('tells how much of each cell is lung', () => {
    const [upperLeft, upperRight, lowerLeft, lowerRight] = shares([1, 0, 0, 0, 1, 0])
    expect([upperLeft, upperRight, lowerLeft, lowerRight]).toEqual([1, 0, 0.5, 0])
  })
  it('mirrors with the image', () => expect(shares([-1, 0, 0, 0, 1, 0])).toEqual([0, 1, 0, 0.5]))
  it('enlarges with the image: the middle half has lung in its left only', () => {
    const [upperLeft, upperRight, lowerLeft] = shares([0.5, 0, 0, 0, 0.5, 0])
    expect(upperLeft).toBeGreaterThan(0.9)
    expect(upperRight).toBeLessThan(0.1)
    expect(lowerLeft).toBeGreaterThan(0.85)
  })
})

describe('hideLungs', () => {
  it('paints the cells that show much lung, and nothing else', () => {
    const image = Float32Array.from([10, 20, 30, 40, 50, 60])
    hideLungs(image, Int32Array.from([0, 0, 1, 1, 2, 2]), Float32Array.from([0.1, 0.5, 1]), 128)
    expect(Array.from(image)).toEqual([10, 20, 128, 128, 128, 128])
  })
})

describe('guidanceLoss', () => {
  /** One sample, two cells, logits of NORMAL, BACTERIA and VIRUS in each. */
  const maps = (...cells: number[]) => tf.tensor4d(cells, [1, 1, 2, 3])
  const lungs = () => tf.tensor3d([1, 0], [1, 1, 2])
  const loss = (label: number, ...cells: number[]) =>
    guidanceLoss(maps(...cells), lungs(), tf.tensor1d([label], 'int32')).dataSync()[0]

  it('is minus the logarithm of the share of the evidence that lies in the lungs', () => {
    expect(loss(1, 0, 30, 0, 0, 10, 0)).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
    expect(loss(1, 0, 30, 0, 0, 0, 0)).toBeCloseTo(0, 5)
    expect(loss(1, 0, 0, 0, 0, 30, 0)).toBeCloseTo(-Math.log(0.02 / 30.02), 4)
  })
  it("looks at the sample's own kind, against NORMAL", () => {
    expect(loss(2, 5, 0, 35, 5, 90, 15)).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
  })
  it('takes lungs of any grid: one of twice the cells gives the same', () => {
    const fine = tf.tensor3d([1, 1, 0, 0, 1, 1, 0, 0], [1, 2, 4])
    const cells = maps(0, 30, 0, 0, 10, 0)
    expect(guidanceLoss(cells, fine, tf.tensor1d([1], 'int32')).dataSync()[0]).toBeCloseTo(
      loss(1, 0, 30, 0, 0, 10, 0),
      6,
    )
  })
  it('asks nothing of a normal sample, nor where there is no evidence at all', () => {
    expect(loss(0, 0, 9, 9, 3, 90, 9)).toBeCloseTo(0, 9)
    expect(loss(1, 7, 1, 1, 7, 1, 1)).toBeCloseTo(0, 9)
  })
  it('asks nothing of a sample whose lungs are hidden', () =>
    expect(loss(UNKNOWN, -9, 90, 9, -3, 90, 9)).toBeCloseTo(0, 9))
  it('moves the evidence into the lungs when it is followed downhill', () => {
    const map = tf.variable(maps(0, 1, 0, 0, 3, 0))
    const optimizer = tf.train.sgd(0.2)
    for (let i = 0; i < 200; i++)
      optimizer.minimize(() => guidanceLoss(map, lungs(), tf.tensor1d([1], 'int32')), false, [map])
    const [, inside, , , outside] = map.dataSync()
    expect(inside / (inside + outside)).toBeGreaterThan(0.5)
  })
})

describe('guided batches', () => {
  const size = { width: 32, height: 32 }
  const map = { width: 4, height: 4 }
  /** Batches of one picture, four times. */
  const open = async (picture: Uint8Array, rest: Pick<BatchPlan, 'augmentation' | 'guide'>) => {
    const root = await mkdtemp(join(tmpdir(), 'zoidberg-guided-'))
    const path = join(root, 'pixels.bin')
    await writeFile(path, picture)
    const file = openSync(path, 'r')
    await rm(root, { recursive: true })
    const plan = {
      file,
      size,
      rows: [0, 0, 0, 0],
      labels: [0, 1, 2, 1],
      batchSize: 4,
      balance: false,
      seed: 1,
    }
    return createBatches({ ...plan, ...rest })
  }
  it('hide the lungs of as many as they are told to, which then have no label', async () => {
    const lungs = Uint8Array.from({ length: 1024 }, (_, i) => Number(i % 32 < 16 && i >= 512))
    const picture = Uint8Array.from({ length: 1024 }, (_, i) => (i % 2 ? 40 : 200))
    const batches = await open(picture, { augmentation: {}, guide: { lungs, map, hidden: 0.5 } })
    const samples: { image: Float32Array; label: number }[] = []
    for (let epoch = 1; epoch <= 20; epoch++)
      for await (const { images, labels } of batches.epoch(epoch))
        labels.forEach((label, i) => {
          samples.push({ image: images.subarray(1024 * i, 1024 * (i + 1)), label })
        })
    await batches.close()
    const hidden = samples.filter(({ label }) => label === UNKNOWN)
    expect(hidden.length / samples.length).toBeGreaterThan(0.3)
    expect(hidden.length / samples.length).toBeLessThan(0.7)
    for (const { image, label } of samples) {
      const [inside, outside] = [0, 1].map(
        (wanted) => new Set(image.filter((_, i) => lungs[i] === 1 - wanted)),
      )
      expect(outside).toEqual(new Set([40, 200]))
      if (label === UNKNOWN) expect(inside.size).toBe(1)
      else expect(inside).toEqual(new Set([40, 200]))
    }
  })
  it('show the lungs where the augmented image has them', async () => {
    const lungs = Uint8Array.from({ length: 1024 }, (_, i) =>
      Number(i % 32 > 16 && i % 32 < 28 && i > 200 && i < 700),
    )
    const augmentation = { flip: 0.5, rotation: 20, crop: [0.4, 1.3], aspect: 1.5 } as const
    // The image is its own template, so each cell's mean gray is its share of lung.
    const picture = lungs.map((value) => 255 * value)
    const batches = await open(picture, { augmentation, guide: { lungs, map, hidden: 0 } })
    for await (const { images, lungs: shares = new Float32Array() } of batches.epoch(1)) {
      expect(shares).toHaveLength(4 * 16)
      const means = tf
        .avgPool(tf.tensor4d(images, [4, 32, 32, 1]).div(255) as tf.Tensor4D, 8, 8, 'valid')
        .dataSync()
      means.forEach((mean, i) => expect(shares[i]).toBeCloseTo(mean, 4))
      expect(new Set([0, 1, 2, 3].map((i) => shares.slice(16 * i, 16 * i + 16).join())).size).toBeGreaterThan(
        1,
      )
    }
    await batches.close()
  })
})

describe('trainStep', () => {
  const size = { width: 64, height: 64 }
  const { build, training } = modelNamed('default')
  const images = Float32Array.from({ length: 6 * 64 * 64 }, (_, i) => (i * 7919) % 255)
  const labels = Int32Array.from([0, 1, 2, 1, 2, 1])
  /** Lungs are the upper half of a map of 4 x 4. */
  const lungs = Float32Array.from({ length: 6 * 16 }, (_, i) => Number(i % 16 < 8))
  const shareInLungs = (guidance: number) => {
    const model = build({ hyperparameters: { width: 4, blocks: 1, dropout: 0 }, size, classes: 3, seed: 1 })
    const network = logitsOf(model)
    const optimizer = tf.train.adam()
    for (let i = 0; i < 60; i++)
      trainStep(network, optimizer, { images, labels, lungs }, { ...training, guidance }, { rate: 3e-3 })
    return tf.tidy(() => {
      const [, maps] = network.apply(tf.tensor4d(images, [6, 64, 64, 1]), { training: true }) as [
        tf.Tensor,
        tf.Tensor4D,
      ]
      return Math.exp(
        -guidanceLoss(maps, tf.tensor3d(lungs, [6, 4, 4]), tf.tensor1d(labels, 'int32')).dataSync()[0],
      )
    })
  }
  it('wants no idea where the lungs are hidden, and counts no such sample among those that have a label', () => {
    const model = build({ hyperparameters: { width: 4, blocks: 1, dropout: 0 }, size, classes: 3, seed: 1 })
    const unknown = new Int32Array(6).fill(UNKNOWN)
    const network = logitsOf(model)
    const [logits] = network.apply(tf.tensor4d(images, [6, 64, 64, 1]), { training: true }) as [tf.Tensor2D]
    const uniform = -tf.mean(logits.logSoftmax()).dataSync()[0]
    const step = trainStep(network, tf.train.adam(), { images, labels: unknown, lungs }, training, {
      rate: 0,
    })
    expect(step).toMatchObject({ correct: 0, known: 0 })
    expect(step.loss).toBeCloseTo(uniform, 4)
  })
  it('moves the map of a network into the lungs, as far as it is told to', () => {
    useNativeReluGradient()
    expect(shareInLungs(1)).toBeGreaterThan(shareInLungs(0) + 0.2)
  })
})
