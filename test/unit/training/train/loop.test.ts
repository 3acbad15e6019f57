import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engine.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import { REPORT_TRAINING, type TrainingSettings } from '@zoidberg/training/models/definition.ts'
import { clock, SeededDropout } from '@zoidberg/training/models/dropout.ts'
import { modelNamed } from '@zoidberg/training/models/index.ts'
import { loadLayers, replaceFile, saveLayers } from '@zoidberg/training/run/folder.ts'
import { type Batches, createBatches, UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { notStarted, observe } from '@zoidberg/training/train/early-stopping.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import { useNativeReluGradient } from '@zoidberg/training/train/native.ts'
import { epochOrder } from '@zoidberg/training/train/order.ts'
import { planTraining } from '@zoidberg/training/train/plan.ts'
import { halve, isHalfSize } from '@zoidberg/training/train/progressive.ts'
import { learningRateAt } from '@zoidberg/training/train/schedule.ts'
import { crossEntropy, logitsOf, trainStep } from '@zoidberg/training/train/step.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let root: string
beforeAll(async () => {
  await loadEngine('native')
  root = await mkdtemp(join(tmpdir(), 'zoidberg-train-'))
})
afterAll(() => rm(root, { recursive: true }))

const size = { height: 32, width: 32 }
const resnet = () =>
  modelNamed('resnet').build({
    hyperparameters: { width: 4, blocks: 1, dropout: 0.3 },
    size,
    classes: 3,
    seed: 3,
  })
const settings: TrainingSettings = {
  ...REPORT_TRAINING,
  epochs: 4,
  batchSize: 8,
  ema: 0.9,
  optimizer: 'adamw',
  weightDecay: 0.01,
  schedule: 'cosine',
  warmup: 1,
  labelSmoothing: 0.1,
}

/** The same few random batches every time. */
function fixedBatches(perEpoch = 3, value = (i: number) => (i * 7919) % 255): Batches {
  return {
    perEpoch,
    async *epoch(epoch) {
      for (let b = 0; b < perEpoch; b++)
        yield {
          images: Float32Array.from({ length: 8 * 32 * 32 }, (_, i) => value(i + b + epoch)),
          labels: Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1]),
        }
    },
    close: async () => {},
  }
}
const validate = () => ({ loss: 1, accuracy: 0.5 })

describe('the networks', () => {
  it('have the parameters that the report states', () => {
    const { build, hyperparameters, size } = modelNamed('mlp')
    expect(build({ hyperparameters, size, classes: 2, seed: 1 }).countParams()).toBe(4_147_586)
  })
  it('keep resnet under a million', () => {
    const { build, hyperparameters, size } = modelNamed('resnet')
    expect(build({ hyperparameters, size, classes: 3, seed: 1 }).countParams()).toBeLessThan(1_000_000)
  })
  it('start from the same weights for the same seed', () =>
    expect(readWeights(resnet())).toEqual(readWeights(resnet())))
})

describe('the gradient of resnet', () => {
  it("of the fused kernels equals that of tfjs' own small operations", () => {
    useNativeReluGradient()
    const x = tf.randomNormal([4, 6, 6, 2], 0, 1, 'float32', 5) as tf.Tensor4D
    const member = modelNamed('resnet').build({
      hyperparameters: { width: 2, blocks: 1, dropout: 0 },
      size,
      classes: 3,
      seed: 3,
    })
    const layer = member.layers.find((l) => l.getClassName() === 'FusedBatchNormalization') as NonNullable<
      (typeof member.layers)[number]
    >
    const fused = tf.grad((v) => (layer.apply(v, { training: true }) as tf.Tensor).square().mul(v).sum())(x)
    const plain = tf.grad((v) => {
      const { mean, variance } = tf.moments(v, [0, 1, 2])
      return v.sub(mean).div(variance.add(1e-3).sqrt()).square().mul(v).sum()
    })(x)
    expect(fused.sub(plain).abs().max().dataSync()[0]).toBeLessThan(1e-3)
  })
})

describe('trainStep', () => {
  it('survives batches of three, which crash the gradient of a strided 1 x 1 convolution', () => {
    const wide = { height: 64, width: 64 }
    const member = modelNamed('resnet').build({
      hyperparameters: { width: 12, blocks: 1, dropout: 0 },
      size: wide,
      classes: 3,
      seed: 3,
    })
    const batch = { images: new Float32Array(3 * 64 * 64).fill(9), labels: Int32Array.from([0, 1, 2]) }
    const network = logitsOf(member)
    for (let i = 0; i < 10; i++)
      expect(trainStep(network, tf.train.adam(), batch, settings, { rate: 1e-3 }).loss).toBeGreaterThan(0)
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
      const network = logitsOf(resnet())
      const labels = Int32Array.from([0, 1, 2])
      const options = { rate: 1e-2, halfSize: true }
      const { loss } = trainStep(network, tf.train.adam(), { images, labels }, halves, options)
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
    const { build } = modelNamed('default')
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
    for (const halfSize of [true, false])
      expect(
        trainStep(network, tf.train.adam(), batch, { ...halves, guidance: 1 }, { rate: 1e-3, halfSize }).loss,
      ).toBeGreaterThan(0)
  })
})

describe('planTraining', () => {
  it('weighs classes by their rarity, and one that is not there by nothing', async () => {
    const file = openSync(import.meta.filename, 'r')
    const samples = ['NORMAL', 'BACTERIA', 'BACTERIA', 'BACTERIA'].map(
      (label, row) => ({ label, row }) as Sample,
    )
    const dataset = { pixelsFile: file, size } as Dataset
    const plan = planTraining(
      resnet(),
      dataset,
      samples,
      'three-class',
      { ...settings, balance: 'weights' },
      1,
    )
    expect(plan.classWeights).toEqual([4 / 3, 4 / 9, 0])
    await plan.batches.close()
    closeSync(file)
  })
})

describe('a recipe with hidden lungs', () => {
  it('hides those of every sample where it is told to, though the map is not guided', async () => {
    const path = join(root, 'lungs.bin')
    // Dark in the middle of a bright body, as lungs are.
    const child = Uint8Array.from({ length: 1024 }, (_, i) => {
      const [x, y] = [i % 32, Math.floor(i / 32)]
      return x > 8 && x < 24 && y > 8 && y < 24 ? 40 : 200
    })
    await writeFile(path, Buffer.concat([child, child]))
    const file = openSync(path, 'r')
    const samples = ['NORMAL', 'VIRUS'].map((label, row) => ({ label, row }) as Sample)
    const dataset = { pixelsFile: file, size, pixels: () => child } as unknown as Dataset
    const hidden = { ...settings, guidance: 0, hiddenLungs: 1 }
    const { batches } = planTraining(resnet(), dataset, samples, 'three-class', hidden, 1)
    for await (const { labels } of batches.epoch(1)) expect(Array.from(labels)).toEqual([UNKNOWN, UNKNOWN])
    await batches.close()
    closeSync(file)
  })
})

describe('createBatches', () => {
  it('tells of a file that lacks rows instead of training on what is left', async () => {
    const path = join(root, 'short.bin')
    await writeFile(path, new Uint8Array(1024 + 10))
    const file = openSync(path, 'r')
    const plan = { file, size, rows: [0, 1], labels: [0, 1], batchSize: 1, balance: false, seed: 1 }
    const batches = createBatches({ ...plan, augmentation: {} })
    const read = async () => {
      for await (const _ of batches.epoch(1));
    }
    await expect(read()).rejects.toThrow(/row 1 of the pixel file is cut off/)
    await batches.close()
    closeSync(file)
  })
})

describe('trainLoop', () => {
  it('brings a network back that an early step has thrown into certainty about the wrong class', async () => {
    const network = modelNamed('mlp').build({
      hyperparameters: { dense_units: 8 },
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
    const { history } = await trainLoop(resnet(), {
      settings: { ...settings, epochs: 6, labelSmoothing: 0 },
      batches,
      validate,
    })
    expect(history[5].loss).toBeLessThan(0.7 * history[0].loss)
  })

  it('gives the same history and weights for the same seed', async () => {
    const train = async () => {
      const member = resnet()
      const { history } = await trainLoop(member, { settings, batches: fixedBatches(), validate })
      return { losses: history.map(({ loss }) => loss), weights: readWeights(member) }
    }
    const [a, b] = [await train(), await train()]
    expect(a.losses).toEqual(b.losses)
    expect(a.weights).toEqual(b.weights)
  })

  it('goes on from a checkpoint with the same history as if it had never stopped', async () => {
    const whole = await trainLoop(resnet(), { settings, batches: fixedBatches(), validate })
    let saved: Uint8Array | undefined
    const checkpoint = {
      load: async () => saved,
      save: async (bytes: Uint8Array) => {
        saved = bytes
      },
    }
    let interrupted = false
    await trainLoop(resnet(), {
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
    const rest = await trainLoop(resnet(), {
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

  it('stops early and leaves the best weights', async () => {
    const losses = [3, 1, 2, 2, 2, 2]
    const member = resnet()
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
    const { ending, history } = await trainLoop(resnet(), {
      settings: { ...settings, epochs: 10, halfSize: 0.5, patience: 2 },
      batches: fixedBatches(),
      validate,
    })
    expect([ending, history.length]).toEqual(['stopped early', 7])
  })

  it('stops with a clear message when the loss is no number', async () => {
    const run = trainLoop(resnet(), { settings, batches: fixedBatches(3, () => Number.NaN), validate })
    await expect(run).rejects.toThrow(/the loss became NaN in epoch 1, step 1 .*lower learning rate/)
  })

  it('stops as clearly when the loss on validation is none', async () => {
    const broken = () => ({ loss: Number.NaN, accuracy: 0 })
    const run = trainLoop(resnet(), { settings, batches: fixedBatches(3), validate: broken })
    await expect(run).rejects.toThrow(/the validation loss became NaN in epoch 1; try a lower learning rate/)
  })

  it('leaks no tensor over 200 steps', async () => {
    const counts: number[] = []
    await trainLoop(resnet(), {
      settings: { ...settings, epochs: 3 },
      batches: fixedBatches(67),
      validate,
      onEpoch: () => void counts.push(tf.memory().numTensors),
    })
    expect(counts[2]).toBe(counts[0])
  })
})

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

describe('crossEntropy', () => {
  const probabilities = () =>
    tf
      .tensor2d([
        [0.7, 0.2, 0.1],
        [0.1, 0.1, 0.8],
      ])
      .log() as tf.Tensor2D
  const loss = (smoothing: number, weights?: number[]) =>
    crossEntropy(probabilities(), tf.tensor1d([0, 2], 'int32'), smoothing, weights).dataSync()[0]
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
    const unknown = (weights?: number[]) =>
      crossEntropy(probabilities(), tf.tensor1d([UNKNOWN, 2], 'int32'), 0, weights).dataSync()[0]
    expect(unknown()).toBeCloseTo(-(Math.log(0.7 * 0.2 * 0.1) / 3 + Math.log(0.8)) / 2, 5)
    expect(unknown([1, 1, 0])).toBeCloseTo(-Math.log(0.7 * 0.2 * 0.1) / 6, 5)
  })
  it('weighs classes', () => expect(loss(0, [2, 1, 0])).toBeCloseTo(-Math.log(0.7), 5))
})

describe('learningRateAt', () => {
  const s = { ...settings, learningRate: 1, warmup: 2, epochs: 12 }
  it('warms up, then falls along a cosine', () => {
    expect(learningRateAt(1, s)).toBeCloseTo(0.5, 2)
    expect(learningRateAt(2, s)).toBe(1)
    expect(learningRateAt(7, s)).toBeCloseTo(0.5, 9)
    expect(learningRateAt(12, s)).toBeCloseTo(0, 9)
  })
  it('or stays', () => expect(learningRateAt(9, { ...s, schedule: 'constant' })).toBe(1))
})

describe('epochOrder', () => {
  const labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2]
  it('shows every sample once, in another order each epoch', () => {
    const [one, two] = [epochOrder(labels, false, 1, 1), epochOrder(labels, false, 1, 2)]
    expect([...one].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(one).not.toEqual(two)
    expect(epochOrder(labels, false, 1, 1)).toEqual(one)
  })
  it('draws classes equally often where that is asked for', () => {
    const order = epochOrder(
      Array.from({ length: 900 }, (_, i) => (i < 700 ? 0 : i < 850 ? 1 : 2)),
      true,
      1,
      1,
    )
    const counts = [0, 0, 0]
    for (const i of order) counts[i < 700 ? 0 : i < 850 ? 1 : 2]++
    expect(counts).toEqual([300, 300, 300])
  })
})

describe('early stopping', () => {
  it('waits for an improvement of more than the minimum', () => {
    const first = observe(notStarted, 1, 1, 0.1)
    expect(observe(first, 2, 0.95, 0.1)).toEqual({ best: 1, bestEpoch: 1, waited: 1 })
    expect(observe(first, 2, 0.8, 0.1)).toEqual({ best: 0.8, bestEpoch: 2, waited: 0 })
  })
})

describe('a run folder', () => {
  it('names the file that a full disk refused, and leaves nothing that looks like it', async () => {
    const path = join(root, 'full.json')
    await symlink('/dev/full', `${path}.partial`)
    await expect(replaceFile(path, 'text')).rejects.toThrow(/cannot write .+full\.json: ENOSPC/)
    expect((await readdir(root)).filter((name) => name.startsWith('full'))).toEqual([])
  })

  it('gives back the layers model that predicts identically, twice', async () => {
    const member = resnet()
    await saveLayers(root, member)
    const x = tf.randomUniform([3, 32, 32, 1], 0, 255, 'float32', 2)
    const output = (m: typeof member) => [...((m.predict(x) as tf.Tensor[])[0].dataSync() as Float32Array)]
    const [a, b] = [await loadLayers(root), await loadLayers(root)]
    expect(output(a)).toEqual(output(member))
    expect(output(b)).toEqual(output(a))
  })
})
