import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startZoidberg } from '../../../support/cli.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-augment-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
  await writePhantoms(join(root, 'data'), { count: 40, seed: 1, size: { width: 48, height: 48 } })
})
afterAll(() => rm(root, { recursive: true }))

describe('zoidberg augment', () => {
  const augment = (from: string, to: string, ...args: string[]) =>
    startZoidberg(join(root, 'cache'), [
      'augment',
      '--data',
      join(root, from),
      '--out',
      join(root, to),
      ...args,
    ]).ended
  const size = { height: 32, width: 32 }

  it('triples the training part and leaves validation as it was', async () => {
    const { code, err } = await augment('data', 'larger', '--factor', '3')
    expect(err).toMatch(/\d+ augmented copies beside 40 images/)
    expect(code).toBe(0)
    const [before, after] = [
      await loadDataset(join(root, 'data'), size),
      await loadDataset(join(root, 'larger'), size),
    ]
    expect(partOf(after, 'train')).toHaveLength(3 * partOf(before, 'train').length)
    expect(partOf(after, 'validation').map(({ sha256 }) => sha256)).toEqual(
      partOf(before, 'validation').map(({ sha256 }) => sha256),
    )
    expect(after.synthetic).toBe(true)
    before.close()
    after.close()
  })

  it('writes over no copy of before', async () => {
    const { code, err } = await augment('larger', 'twice')
    expect(err).toMatch(/_augmented1\.jpeg already, or would twice; augment data without copies/)
    expect(code).toBe(2)
    expect(await readdir(root)).not.toContain('twice')
  })
})
