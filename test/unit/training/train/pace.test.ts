import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { type Dataset, loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { networkNamed } from '@zoidberg/training/networks/index.ts'
import { recipeWith } from '@zoidberg/training/networks/recipe.ts'
import { trainLoop } from '@zoidberg/training/train/loop.ts'
import { measurePace } from '@zoidberg/training/train/pace.ts'
import { planTraining } from '@zoidberg/training/train/plan.ts'
import { readWeights } from '@zoidberg/training/train/weights.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('measurePace', () => {
  let root: string
  let dataset: Dataset
  beforeAll(async () => {
    await loadEngine('native')
    root = await mkdtemp(join(tmpdir(), 'zoidberg-pace-'))
    process.env.XDG_CACHE_HOME = join(root, 'cache')
    await writePhantoms(root, { count: 60, seed: 1, size: { width: 32, height: 32 } })
    dataset = await loadDataset(root, { width: 32, height: 32 })
  })
  afterAll(async () => {
    dataset.close()
    await rm(root, { recursive: true })
  })
  const training = () => ({ dataset, samples: partOf(dataset, 'train') })
  const definition = networkNamed('default')
  const config = () => ({
    definition,
    ...recipeWith(definition, { width: 4, epochs: 2, halfSize: 0.5, batchSize: 16 }),
    size: dataset.size,
    labels: [...TASKS['three-class']],
    seed: 1,
  })

  it('finds out how long an image takes, at either size, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors
    const { pace, parameters } = await measurePace(config(), training())
    for (const seconds of Object.values(pace)) {
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThan(1)
    }
    expect(parameters).toBeGreaterThan(1000)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('changes no bit of the training that follows', async () => {
    const train = async () => {
      const { hyperparameters, settings, size, labels, seed } = config()
      const model = definition.build({ hyperparameters, size, classes: 3, seed })
      const { batches } = planTraining(model, training(), { labels, settings, seed })
      const validate = () => ({ loss: 1, accuracy: 0 })
      const { history } = await trainLoop(model, { settings, batches, validate }).finally(batches.close)
      return { losses: history.map(({ loss }) => loss), weights: readWeights(model) }
    }
    const [alone, again] = [await train(), await train()]
    await measurePace(config(), training())
    const after = await train()
    expect(again).toEqual(alone)
    expect(after).toEqual(alone)
  })
})
