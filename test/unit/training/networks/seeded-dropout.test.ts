import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { dropoutClock, SeededDropout } from '@zoidberg/training/networks/seeded-dropout.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('SeededDropout', () => {
  it.each([1, 999_999_999, 2 ** 31 - 1])('draws another mask at each step, with seed %i', (seed) => {
    const layer = new SeededDropout({ rate: 0.5, seed: seed * 1009 + 1 })
    const masks = Array.from({ length: 20 }, (_, step) => {
      dropoutClock.tensor = tf.scalar(step, 'int32')
      return tf.tidy(() =>
        layer
          .call(tf.ones([64]), { training: true })
          .dataSync()
          .join(),
      )
    })
    expect(new Set(masks).size).toBe(20)
  })

  it('drops its rate, makes up for it in what is left, and draws the same mask at the same step', () => {
    const layer = new SeededDropout({ rate: 0.25, seed: 5 })
    dropoutClock.tensor = tf.scalar(3, 'int32')
    const draw = () => [...layer.call(tf.ones([10_000]), { training: true }).dataSync()]
    const mask = draw()
    expect(draw()).toEqual(mask)
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    expect(mask.filter((value) => value === 0).length / mask.length).toBeCloseTo(0.25, 1)
  })

  it('drops nothing at inference', () => {
    const layer = new SeededDropout({ rate: 0.5, seed: 5 })
    expect([...layer.call(tf.ones([8]), {}).dataSync()]).toEqual(new Array(8).fill(1))
  })
})
