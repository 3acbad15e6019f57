import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { clock, SeededDropout } from '@zoidberg/training/networks/seeded-dropout.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

describe('SeededDropout', () => {
  it.each([1, 999_999_999, 2 ** 31 - 1])('draws another mask at each step, with seed %i', (seed) => {
    const layer = new SeededDropout({ rate: 0.5, seed: seed * 1009 + 1 })
    const masks = Array.from({ length: 20 }, (_, step) => {
      clock.step = step
      return tf.tidy(() =>
        layer
          .call(tf.ones([64]), { training: true })
          .dataSync()
          .join(),
      )
    })
    expect(new Set(masks).size).toBe(20)
  })
})
