import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { AUDIT_SIZE, nearDuplicates } from '@zoidberg/training/dataset/near-duplicates.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'

let root: string
beforeAll(async () => {
  await loadEngine('native')
  root = await mkdtemp(join(tmpdir(), 'zoidberg-near-'))
  // Phantoms are drawn after one plan and far more alike than children are: these are clouds.
  await mkdir(join(root, 'data/NORMAL'), { recursive: true })
  for (let i = 0; i < 12; i++) {
    const random = createRandom(i)
    const spots = Buffer.from(Uint8Array.from({ length: 64 }, () => random.integer(256)))
    const cloud = sharp(spots, { raw: { width: 8, height: 8, channels: 1 } }).resize(96, 96, {
      kernel: 'cubic',
    })
    const name = `IM-${String(i).padStart(4, '0')}-0001.jpeg`
    await writeFile(join(root, 'data/NORMAL', name), await cloud.jpeg().toBuffer())
  }
})
afterAll(() => rm(root, { recursive: true }))

const original = () => readFile(join(root, 'data/NORMAL/IM-0000-0001.jpeg'))
const copy = async (name: string, change: (image: Sharp) => Sharp) =>
  writeFile(join(root, 'data/NORMAL', name), await change(sharp(await original())).toBuffer())
const audit = async () => {
  const dataset = await loadDataset(join(root, 'data'), AUDIT_SIZE)
  try {
    return nearDuplicates(dataset)
  } finally {
    dataset.close()
  }
}

it('different patients are different films', async () => expect(await audit()).toEqual([]))

it('finds the scaled, recompressed, mirrored, cropped and turned copies of one film under other patients', async () => {
  await copy('IM-7001-0001.jpeg', (image) => image.resize(150, 140, { fit: 'fill' }).jpeg({ quality: 60 }))
  await copy('NORMAL2-IM-7002-0001.jpeg', (image) => image.flop().jpeg({ quality: 90 }))
  await copy('IM-7003-0001.jpeg', (image) => image.extract({ left: 3, top: 3, width: 90, height: 90 }))
  await copy('IM-7004-0001.jpeg', (image) => image.rotate(2).resize(96, 96, { fit: 'cover' }).linear(0.9, 12))
  // The same patient: two films of one child are no leak.
  await copy('IM-0000-0002.jpeg', (image) => image.jpeg({ quality: 70 }))
  const pairs = await audit()
  const found = pairs.map(({ files, mirrored }) => [...files.map((file) => file.split('/')[1]), mirrored])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'IM-7001-0001.jpeg', false])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'NORMAL2-IM-7002-0001.jpeg', true])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'IM-7003-0001.jpeg', false])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'IM-7004-0001.jpeg', false])
  expect(found).not.toContainEqual(['IM-0000-0001.jpeg', 'IM-0000-0002.jpeg', false])
})
