import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { OPTIMIZERS, type OptimizerName } from '@zoidberg/training/networks/definition.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { useNativeReluGradients } from '@zoidberg/training/networks/native-kernels.ts'
import type { Batch } from '@zoidberg/training/train/batches.ts'
import { createMovingAverage } from '@zoidberg/training/train/moving-average.ts'
import { createOptimizer } from '@zoidberg/training/train/optimizers.ts'
import { logitsOf } from '@zoidberg/training/train/step.ts'
import { createStepper } from '@zoidberg/training/train/stepper.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../support/training.ts'

beforeAll(async () => {
  await loadEngine('native')
  useNativeReluGradients()
})

const SIDE = 64
const STEPS = 50

/** The last batch of an epoch is short; every third is seen at half its size. */
const batchOf = (step: number): Batch => {
  const images = step % 5 === 0 ? 5 : 8
  return {
    images: Float32Array.from({ length: images * SIDE * SIDE }, (_, i) => ((i + step) * 7919) % 255),
    labels: Int32Array.from({ length: images }, (_, i) => ((i + step) % 4) - 1),
    lungs: Float32Array.from({ length: images * 16 }, (_, i) => ((i * 31) % 7) / 7),
  }
}

function train(isCompiled: boolean, optimizer: OptimizerName = 'adamw') {
  const model = networkNamed('default').build({
    hyperparameters: { width: 4, blocks: 1, dropout: 0.3 },
    size: { height: SIDE, width: SIDE },
    classes: 3,
    seed: 1,
  })
  const average = createMovingAverage(model, 0.9)
  const reasons: string[] = []
  const stepper = createStepper(
    {
      model: logitsOf(model),
      optimizer: createOptimizer(optimizer, 1e-3),
      settings: { ...settings, optimizer, guidance: 0.2 },
      classWeights: [1, 2, 0.5],
      average,
    },
    { isCompiled, onUntraceable: (why) => reasons.push(why) },
  )
  const results = Array.from({ length: STEPS }, (_, i) =>
    stepper.take(batchOf(i + 1), { rate: 1e-3 / (i + 1), step: i + 1, halfSize: i % 3 === 0 }),
  )
  stepper.dispose()
  const averages = average.averages.map((weight) => [...weight.dataSync()])
  return { results, reasons, weights: readWeights(model).map((values) => [...values]), averages }
}

describe('steps as graphs', () => {
  it.each(OPTIMIZERS)(
    'change weights, statistics and averages as steps of %s kernel by kernel do: dropout, guidance, decay, short batches',
    (optimizer) => {
      const [eager, compiled] = [train(false, optimizer), train(true, optimizer)]
      expect(compiled.reasons).toEqual([])
      compiled.results.forEach((result, i) => {
        expect(result.loss).toBeCloseTo(eager.results[i].loss, 5)
        expect([result.correct, result.known]).toEqual([eager.results[i].correct, eager.results[i].known])
      })
      for (const part of ['weights', 'averages'] as const) {
        const differences = compiled[part].flatMap((values, k) =>
          values.map((value, i) => Math.abs(value - eager[part][k][i]) / (1 + Math.abs(value))),
        )
        expect(differences.length).toBeGreaterThan(1000)
        expect(differences.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1e-4)
      }
    },
  )

  it('draw another dropout mask at each step', () => {
    const { results } = train(true)
    expect(new Set(results.map(({ loss }) => loss)).size).toBe(STEPS)
  })

  it('leave no tensor behind', () => {
    const model = networkNamed('mlp').build({
      hyperparameters: networkNamed('mlp').hyperparameters,
      size: { height: 16, width: 16 },
      classes: 2,
      seed: 1,
    })
    const stepper = createStepper({ model: logitsOf(model), optimizer: tf.train.adam(), settings })
    const batch = { images: new Float32Array(4 * 256).fill(9), labels: Int32Array.from([0, 1, 0, 1]) }
    const take = (step: number) => stepper.take(batch, { rate: 1e-3, step })
    take(1)
    take(2)
    const before = tf.memory().numTensors
    for (let step = 3; step < 20; step++) take(step)
    expect(tf.memory().numTensors).toBe(before)
  })
})
