import { closeSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBatches } from '@zoidberg/training/train/batches.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const size = { height: 32, width: 32 }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-batches-'))
})
afterAll(() => rm(root, { recursive: true }))

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
