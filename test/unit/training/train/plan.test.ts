import { closeSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import type { Dataset, Sample } from '@zoidberg/training/dataset/dataset.ts'
import type { TrainingSettings } from '@zoidberg/training/networks/definition.ts'
import { UNKNOWN } from '@zoidberg/training/train/batches.ts'
import { planTraining } from '@zoidberg/training/train/plan.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings, size, smallResnet } from '../support/training.ts'

let root: string
beforeAll(async () => {
  await loadEngine('native')
  root = await mkdtemp(join(tmpdir(), 'zoidberg-plan-'))
})
afterAll(() => rm(root, { recursive: true }))

const labels = TASKS['three-class']

describe('planTraining', () => {
  it('weighs classes by their rarity, and one that is not there by nothing', async () => {
    const file = openSync(import.meta.filename, 'r')
    const samples = ['NORMAL', 'BACTERIA', 'BACTERIA', 'BACTERIA'].map(
      (label, row) => ({ label, row, positive: label !== 'NORMAL' }) as Sample,
    )
    const dataset = { pixelsFile: file, size } as Dataset
    const weighted: TrainingSettings = { ...settings, balance: 'weights' }
    const plan = planTraining(smallResnet(), { dataset, samples }, { labels, settings: weighted, seed: 1 })
    expect(plan.classWeights).toEqual([4 / 3, 4 / 9, 0])
    await plan.batches.close()
    closeSync(file)
  })
})

describe('a recipe with masked lungs', () => {
  it('masks those of every sample where it is told to, without attention guidance', async () => {
    const path = join(root, 'lungs.bin')
    // Dark on both sides of a bright spine, as lungs are.
    const child = Uint8Array.from({ length: 1024 }, (_, i) => {
      const [x, y] = [i % 32, Math.floor(i / 32)]
      return x > 5 && x < 26 && Math.abs(x - 16) > 2 && y > 6 && y < 22 ? 40 : 200
    })
    await writeFile(path, Buffer.concat([child, child]))
    const file = openSync(path, 'r')
    const samples = ['NORMAL', 'VIRUS'].map(
      (label, row) => ({ label, row, positive: label !== 'NORMAL' }) as Sample,
    )
    const dataset = { pixelsFile: file, size, pixels: () => child } as unknown as Dataset
    const masked = { ...settings, guidance: 0, hiddenLungs: 1 }
    const { batches } = planTraining(
      smallResnet(),
      { dataset, samples },
      { labels, settings: masked, seed: 1 },
    )
    for await (const batch of batches.epoch(1)) expect(Array.from(batch.labels)).toEqual([UNKNOWN, UNKNOWN])
    await batches.close()
    closeSync(file)
  })
})
