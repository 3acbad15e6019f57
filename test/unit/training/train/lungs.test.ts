import { openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import type { Affine } from '@zoidberg/training/augmentation/augmentation.ts'
import { type BatchPlan, createBatches, UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { followLungs, maskLungs } from '@zoidberg/training/train/lungs.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('followLungs', () => {
  const size = { width: 8, height: 8 }
  const grid = { width: 2, height: 2 }
  /** The left half but for its lowest quarter. */
  const template = Uint8Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4 && i < 48))
  const shares = (affine: Affine) => {
    const into = new Float32Array(4)
    followLungs({ template, grid }, size)(affine, into)
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

describe('maskLungs', () => {
  it('paints the cells that show much lung, and nothing else', () => {
    const image = Float32Array.from([10, 20, 30, 40, 50, 60])
    const cellOf = Int32Array.from([0, 0, 1, 1, 2, 2])
    maskLungs(image, { cellOf, shares: Float32Array.from([0.1, 0.5, 1]), gray: 128 })
    expect(Array.from(image)).toEqual([10, 20, 128, 128, 128, 128])
  })
})

describe('batches that follow lungs', () => {
  const size = { width: 32, height: 32 }
  const grid = { width: 4, height: 4 }
  /** Batches of one picture, four times. */
  const open = async (picture: Uint8Array, rest: Pick<BatchPlan, 'augmentation' | 'lungs'>) => {
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
  it('mask the lungs of as many as they are told to, which then have no label', async () => {
    const template = Uint8Array.from({ length: 1024 }, (_, i) => Number(i % 32 < 16 && i >= 512))
    const picture = Uint8Array.from({ length: 1024 }, (_, i) => (i % 2 ? 40 : 200))
    const batches = await open(picture, { augmentation: {}, lungs: { template, grid, maskedShare: 0.5 } })
    const samples: { image: Float32Array; label: number }[] = []
    for (let epoch = 1; epoch <= 20; epoch++)
      for await (const { images, labels } of batches.epoch(epoch))
        labels.forEach((label, i) => {
          samples.push({ image: images.subarray(1024 * i, 1024 * (i + 1)), label })
        })
    await batches.close()
    const masked = samples.filter(({ label }) => label === UNKNOWN)
    expect(masked.length / samples.length).toBeGreaterThan(0.3)
    expect(masked.length / samples.length).toBeLessThan(0.7)
    for (const { image, label } of samples) {
      const [inside, outside] = [0, 1].map(
        (wanted) => new Set(image.filter((_, i) => template[i] === 1 - wanted)),
      )
      expect(outside).toEqual(new Set([40, 200]))
      if (label === UNKNOWN) expect(inside.size).toBe(1)
      else expect(inside).toEqual(new Set([40, 200]))
    }
  })
  it('show the lungs where the augmented image has them', async () => {
    const template = Uint8Array.from({ length: 1024 }, (_, i) =>
      Number(i % 32 > 16 && i % 32 < 28 && i > 200 && i < 700),
    )
    const augmentation = { flip: 0.5, rotation: 20, crop: [0.4, 1.3], aspect: 1.5 } as const
    // The image is its own template, so each cell's mean gray is its share of lung.
    const picture = template.map((value) => 255 * value)
    const batches = await open(picture, { augmentation, lungs: { template, grid, maskedShare: 0 } })
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
