import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { AUDIT_SIZE, nearDuplicates } from '@zoidberg/training/dataset/near-duplicates.ts'
import { numberOf, sourceOf } from '@zoidberg/training/dataset/patient.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { createRandom } from '@zoidberg/training/random.ts'
import { numberFolds, sourceFolds } from '@zoidberg/training/run/cross-validate.ts'
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

it('finds the scaled, recompressed and mirrored copies of one film under other patients', async () => {
  await copy('IM-7001-0001.jpeg', (image) => image.resize(150, 140, { fit: 'fill' }).jpeg({ quality: 60 }))
  await copy('NORMAL2-IM-7002-0001.jpeg', (image) => image.flop().jpeg({ quality: 90 }))
  // The same patient: two films of one child are no leak.
  await copy('IM-0000-0002.jpeg', (image) => image.jpeg({ quality: 70 }))
  const pairs = await audit()
  const found = pairs.map(({ files, mirrored }) => [...files.map((file) => file.split('/')[1]), mirrored])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'IM-7001-0001.jpeg', false])
  expect(found).toContainEqual(['IM-0000-0001.jpeg', 'NORMAL2-IM-7002-0001.jpeg', true])
  expect(found).not.toContainEqual(['IM-0000-0001.jpeg', 'IM-0000-0002.jpeg', false])
})

it('leaves out a fifth of each series at a time in the order of the numbers, and no patient is on both sides', async () => {
  await writePhantoms(join(root, 'numbered'), 200, 3, { width: 48, height: 48 })
  const dataset = await loadDataset(join(root, 'numbered'), AUDIT_SIZE)
  // As in the real files, where a person has bacterial and viral films.
  const shared = dataset.samples.map((sample) => ({
    ...sample,
    group: sample.group.replace(/[02468]$/, '1'),
  }))
  const folds = Object.values(numberFolds({ ...dataset, samples: shared }))
  expect(folds).toHaveLength(5)
  const all = shared.map(({ file }) => file).sort()
  expect(folds.flatMap(({ validation }) => validation.map(({ file }) => file)).sort()).toEqual(all)
  const last: Record<string, number> = {}
  for (const { train, validation } of folds) {
    const seen = new Set(train.map(({ group }) => group))
    expect(validation.filter(({ group }) => seen.has(group))).toEqual([])
    expect(train.length + validation.length).toBe(all.length)
    const series = Object.groupBy(validation, ({ group }) => sourceOf(group))
    expect(Object.keys(series)).toEqual(expect.arrayContaining(['person', 'IM']))
    for (const [name, samples = []] of Object.entries(series)) {
      const numbers = samples.map(({ group }) => Number(numberOf(group)))
      expect(Math.min(...numbers)).toBeGreaterThan(last[name] ?? -1)
      last[name] = Math.max(...numbers)
    }
  }
  const nameless = dataset.samples.map((sample) => ({ ...sample, group: `file:${sample.file}9` }))
  expect(() => numberFolds({ ...dataset, samples: nameless })).toThrow(/tell no number/)
  dataset.close()
})

it('leaves out one series of normal images at a time, and trains on none of it', async () => {
  await writePhantoms(join(root, 'series'), 120, 2, { width: 48, height: 48 })
  for (let i = 0; i < 40; i++)
    await writeFile(
      join(root, 'series/NORMAL', `NORMAL2-IM-${String(i).padStart(4, '0')}-0001.jpeg`),
      await sharp({ create: { width: 48, height: 48, channels: 3, background: { r: i, g: i, b: i } } })
        .jpeg()
        .toBuffer(),
    )
  const dataset = await loadDataset(join(root, 'series'), AUDIT_SIZE)
  const folds = sourceFolds(dataset)
  expect(Object.keys(folds).sort()).toEqual(['IM', 'NORMAL2-IM'])
  const normals = (samples: { label: string; patient: string }[]) =>
    samples.filter(({ label }) => label === 'NORMAL').map(({ patient }) => patient.startsWith('NORMAL2'))
  const { train, validation } = folds['NORMAL2-IM']
  expect(new Set(normals(train))).toEqual(new Set([false]))
  expect(new Set(normals(validation))).toEqual(new Set([true]))
  expect(new Set(validation.map(({ part }) => part))).toEqual(new Set(['validation']))
  const [sample] = dataset.samples.filter(({ label }) => label === 'NORMAL')
  const unseen = { ...sample, part: 'test', patient: 'NEW-IM-1' } as const
  const withTest = { ...dataset, samples: [...dataset.samples, unseen] }
  expect(Object.keys(sourceFolds(withTest))).toEqual(Object.keys(folds))
  const nameless = { ...sample, patient: 'file:scan' }
  const withNameless = { ...dataset, samples: [...dataset.samples, nameless] }
  expect(Object.keys(sourceFolds(withNameless))).toEqual(Object.keys(folds))
  dataset.close()
})
