import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { fixedBatches, settings, size, smallResnet } from '../support/training.ts'

beforeAll(() => loadEngine('native'))

const validate = () => ({ loss: 1, accuracy: 0.5 })

describe('trainLoop', () => {
  it('brings a network back that an early step has thrown into certainty about the wrong class', async () => {
    const network = networkNamed('mlp').build({
      hyperparameters: { denseUnits: 8 },
      size,
      classes: 3,
      seed: 1,
    })
    const last = network.layers[network.layers.length - 2]
    const [kernel, bias] = last.getWeights()
    // Certain beyond single precision: every probability is exactly 0 or 1.
    last.setWeights([kernel, tf.add(bias, tf.tensor1d([500, 0, 0]))])
    const brightness = (i: number) => 80 * ([0, 1, 2, 0, 1, 2, 0, 1][Math.floor(i / 1024) % 8] + 1)
    const { history } = await trainLoop(network, {
      settings: { ...settings, epochs: 60, learningRate: 1, ema: 0, patience: 60 },
      batches: fixedBatches(6, (i) => brightness(i % 8192)),
      validate,
    })
    expect(history[0].loss).toBeGreaterThan(100)
    expect(history.at(-1)?.loss).toBeLessThan(history[0].loss / 10)
  })

  it('learns to tell dark from bright', async () => {
    const brightness = (i: number) => 60 * ([0, 1, 2, 0, 1, 2, 0, 1][Math.floor(i / 1024) % 8] + 1) + (i % 7)
    const batches = fixedBatches(6, (i) => brightness(i % 8192))
    const { history } = await trainLoop(smallResnet(), {
      settings: { ...settings, epochs: 6, labelSmoothing: 0 },
      batches,
      validate,
    })
    expect(history[5].loss).toBeLessThan(0.7 * history[0].loss)
  })

  it('gives the same history and weights for the same seed', async () => {
    const train = async () => {
      const member = smallResnet()
      const { history } = await trainLoop(member, { settings, batches: fixedBatches(), validate })
      return { losses: history.map(({ loss }) => loss), weights: readWeights(member) }
    }
    const [a, b] = [await train(), await train()]
    expect(a.losses).toEqual(b.losses)
    expect(a.weights).toEqual(b.weights)
  })

  it('goes on from a checkpoint with the same history as if it had never stopped', async () => {
    const whole = await trainLoop(smallResnet(), { settings, batches: fixedBatches(), validate })
    let saved: Uint8Array | undefined
    const checkpoint = {
      load: async () => saved,
      save: async (bytes: Uint8Array) => {
        saved = bytes
      },
    }
    let interrupted = false
    await trainLoop(smallResnet(), {
      settings,
      batches: fixedBatches(),
      validate,
      checkpoint,
      isInterrupted: () => interrupted,
      onEpoch({ epoch }) {
        interrupted = epoch === 2
      },
    })
    const trained: number[] = []
    const rest = await trainLoop(smallResnet(), {
      settings,
      batches: fixedBatches(),
      validate,
      checkpoint,
      onEpoch: ({ epoch }) => void trained.push(epoch),
    })
    // Starting anew would give the same history: the seed decides it.
    expect(trained).toEqual([3, 4])
    const losses = (run: typeof whole) => run.history.map(({ loss }) => loss.toFixed(5))
    expect(losses(rest)).toEqual(losses(whole))
  })

  /** Trains until an epoch is over and keeps the checkpoint; a later start goes on from it. */
  async function interruptedAfter(epochs: number, losses: number[]) {
    let saved: Uint8Array | undefined
    const checkpoint = {
      load: async () => saved,
      save: async (bytes: Uint8Array) => {
        saved = bytes
      },
    }
    let [validated, interrupted] = [0, false]
    const options = { settings: { ...settings, epochs: losses.length }, batches: fixedBatches(), checkpoint }
    await trainLoop(smallResnet(), {
      ...options,
      validate: () => ({ loss: losses[validated++], accuracy: 0 }),
      isInterrupted: () => interrupted,
      onEpoch({ epoch }) {
        interrupted = epoch === epochs
      },
    })
    return { ...options, nextLoss: () => losses[validated++] }
  }
  const expectSame = (actual: Float32Array[], wanted: Float32Array[]) =>
    actual.forEach((values, i) => values.forEach((value, j) => expect(value).toBeCloseTo(wanted[i][j], 5)))
  const distance = (a: Float32Array[], b: Float32Array[]) =>
    Math.max(...a.flatMap((values, i) => Array.from(values, (value, j) => Math.abs(value - b[i][j]))))

  it('validates averaged weights, trains on with raw ones, and leaves the averaged ones', async () => {
    const member = smallResnet()
    const [averaged, raw]: Float32Array[][][] = [[], []]
    const { bestEpoch } = await trainLoop(member, {
      settings,
      batches: fixedBatches(),
      validate: () => {
        averaged.push(readWeights(member))
        return { loss: -averaged.length, accuracy: 0 }
      },
      onEpoch: () => void raw.push(readWeights(member)),
    })
    expect(bestEpoch).toBe(4)
    for (const [epoch, weights] of raw.entries())
      expect(distance(weights, averaged[epoch])).toBeGreaterThan(1e-3)
    expect(readWeights(member)).toEqual(averaged[3])
  })

  it('goes on from a checkpoint with the averages it had', async () => {
    const losses = [4, 3, 2, 1]
    const whole = smallResnet()
    let epochs = 0
    await trainLoop(whole, {
      settings,
      batches: fixedBatches(),
      validate: () => ({ loss: losses[epochs++], accuracy: 0 }),
    })
    const { nextLoss, ...options } = await interruptedAfter(2, losses)
    const resumed = smallResnet()
    await trainLoop(resumed, { ...options, validate: () => ({ loss: nextLoss(), accuracy: 0 }) })
    expectSame(readWeights(resumed), readWeights(whole))
  })

  it('leaves the best weights of before it was interrupted, if none later are better', async () => {
    const losses = [3, 1, 2, 2]
    const { nextLoss, ...options } = await interruptedAfter(2, losses)
    const member = smallResnet()
    const seen: Float32Array[][] = []
    const { bestEpoch, history } = await trainLoop(member, {
      ...options,
      validate: () => {
        seen.push(readWeights(member))
        return { loss: nextLoss(), accuracy: 0 }
      },
    })
    expect([bestEpoch, history.length]).toEqual([2, 4])
    const uninterrupted = smallResnet()
    let epochs = 0
    await trainLoop(uninterrupted, {
      settings: options.settings,
      batches: fixedBatches(),
      validate: () => ({ loss: losses[epochs++], accuracy: 0 }),
    })
    expectSame(readWeights(member), readWeights(uninterrupted))
    for (const weights of seen) expect(distance(readWeights(member), weights)).toBeGreaterThan(1e-3)
  })

  it('refuses the checkpoint of another training', async () => {
    const { nextLoss: _, ...options } = await interruptedAfter(1, [1, 1])
    await expect(trainLoop(smallResnet(), { ...options, identity: 'another', validate })).rejects.toThrow(
      'the checkpoint is of "", not of "another"',
    )
  })

  it('stops early and leaves the best weights', async () => {
    const losses = [3, 1, 2, 2, 2, 2]
    const member = smallResnet()
    const at: Float32Array[][] = []
    const { bestEpoch, ending, history } = await trainLoop(member, {
      settings: { ...settings, epochs: 10, patience: 2, ema: 0 },
      batches: fixedBatches(),
      validate: () => {
        at.push(readWeights(member))
        return { loss: losses[at.length - 1], accuracy: 0 }
      },
    })
    expect([bestEpoch, ending, history.length]).toEqual([2, 'stopped early', 4])
    expect(readWeights(member)).toEqual(at[1])
  })

  it('lets no epoch at half size use up its patience', async () => {
    const { ending, history } = await trainLoop(smallResnet(), {
      settings: { ...settings, epochs: 10, halfSize: 0.5, patience: 2 },
      batches: fixedBatches(),
      validate,
    })
    expect([ending, history.length]).toEqual(['stopped early', 7])
  })

  it('stops with a clear message when the loss is no number', async () => {
    const run = trainLoop(smallResnet(), { settings, batches: fixedBatches(3, () => Number.NaN), validate })
    await expect(run).rejects.toThrow(/the loss became NaN in epoch 1, step 1 .*lower learning rate/)
  })

  it('stops as clearly when the loss on validation is none', async () => {
    const broken = () => ({ loss: Number.NaN, accuracy: 0 })
    const run = trainLoop(smallResnet(), { settings, batches: fixedBatches(3), validate: broken })
    await expect(run).rejects.toThrow(/the validation loss became NaN in epoch 1; try a lower learning rate/)
  })

  it('leaks no tensor over 200 steps', async () => {
    const counts: number[] = []
    await trainLoop(smallResnet(), {
      settings: { ...settings, epochs: 3 },
      batches: fixedBatches(67),
      validate,
      onEpoch: () => void counts.push(tf.memory().numTensors),
    })
    expect(counts[2]).toBe(counts[0])
  })
})
