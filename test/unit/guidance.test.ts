import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { followLungs, guidanceLoss } from '@zoidberg/training/train/guidance.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('followLungs', () => {
  const size = { width: 8, height: 8 }
  const map = { width: 2, height: 2 }
  /** The left half but for its lowest quarter. */
  const lungs = Uint8Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4 && i < 48))
  const shares = (affine: Parameters<typeof followLungs>[2]) => {
    const into = new Float32Array(4)
    followLungs({ lungs, map }, size, affine, into)
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

describe('guidanceLoss', () => {
  /** One sample, two cells, logits of NORMAL, BACTERIA and VIRUS in each. */
  const maps = (cells: number[][]) => tf.tensor4d(cells.flat(), [1, 1, cells.length, 3])
  const lungs = () => tf.tensor3d([1, 0], [1, 1, 2])
  const loss = (cells: number[][], label: number) =>
    guidanceLoss(maps(cells), lungs(), tf.tensor1d([label], 'int32')).dataSync()[0]

  it('is minus the logarithm of the share of the evidence that lies in the lungs', () => {
    expect(
      loss(
        [
          [0, 30, 0],
          [0, 10, 0],
        ],
        1,
      ),
    ).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
    expect(
      loss(
        [
          [0, 30, 0],
          [0, 0, 0],
        ],
        1,
      ),
    ).toBeCloseTo(0, 5)
    expect(
      loss(
        [
          [0, 0, 0],
          [0, 30, 0],
        ],
        1,
      ),
    ).toBeCloseTo(-Math.log(0.02 / 30.02), 4)
  })
  it("looks at the sample's own kind, against NORMAL", () => {
    expect(
      loss(
        [
          [5, 0, 35],
          [5, 90, 15],
        ],
        2,
      ),
    ).toBeCloseTo(-Math.log(30.02 / 40.02), 5)
  })
  it('asks nothing of a normal sample, nor where there is no evidence at all', () => {
    expect(
      loss(
        [
          [0, 9, 9],
          [3, 90, 9],
        ],
        0,
      ),
    ).toBeCloseTo(0, 9)
    expect(
      loss(
        [
          [7, 1, 1],
          [7, 1, 1],
        ],
        1,
      ),
    ).toBeCloseTo(0, 9)
  })
  it('moves the evidence into the lungs when it is followed downhill', () => {
    const map = tf.variable(
      maps([
        [0, 1, 0],
        [0, 3, 0],
      ]),
    )
    const optimizer = tf.train.sgd(0.2)
    for (let i = 0; i < 200; i++)
      optimizer.minimize(() => guidanceLoss(map, lungs(), tf.tensor1d([1], 'int32')), false, [map])
    const [, inside, , , outside] = map.dataSync()
    expect(inside / (inside + outside)).toBeGreaterThan(0.5)
  })
})
