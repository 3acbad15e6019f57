import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { numberFolds, patientFolds, seriesFolds } from '@zoidberg/training/dataset/folds.ts'
import { numberOf, seriesOf } from '@zoidberg/training/dataset/patient.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'

const SIZE = { width: 16, height: 16 }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-folds-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
})
afterAll(() => rm(root, { recursive: true }))

it('leaves out a fifth of each series at a time in the order of the numbers, and no patient is on both sides', async () => {
  await writePhantoms(join(root, 'numbered'), { count: 200, seed: 3, size: { width: 48, height: 48 } })
  const dataset = await loadDataset(join(root, 'numbered'), SIZE)
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
    const series = Object.groupBy(validation, ({ group }) => seriesOf(group))
    expect(Object.keys(series)).toEqual(expect.arrayContaining(['person', 'IM']))
    for (const [name, samples = []] of Object.entries(series)) {
      const numbers = samples.map(({ group }) => Number(numberOf(group)))
      expect(Math.min(...numbers)).toBeGreaterThan(last[name] ?? -1)
      last[name] = Math.max(...numbers)
    }
  }
  const byPatient = Object.values(patientFolds(dataset, { labels: TASKS.binary, folds: 4, seed: 1 }))
  expect(byPatient.flatMap(({ validation }) => validation)).toHaveLength(all.length)
  const nameless = dataset.samples.map((sample) => ({ ...sample, group: `file:${sample.file}9` }))
  expect(() => numberFolds({ ...dataset, samples: nameless })).toThrow(/tell no number/)
  dataset.close()
})

it('leaves out one series of normal images at a time, and trains on none of it', async () => {
  await writePhantoms(join(root, 'series'), { count: 120, seed: 2, size: { width: 48, height: 48 } })
  for (let i = 0; i < 40; i++)
    await writeFile(
      join(root, 'series/NORMAL', `NORMAL2-IM-${String(i).padStart(4, '0')}-0001.jpeg`),
      await sharp({ create: { width: 48, height: 48, channels: 3, background: { r: i, g: i, b: i } } })
        .jpeg()
        .toBuffer(),
    )
  const dataset = await loadDataset(join(root, 'series'), SIZE)
  const folds = seriesFolds(dataset)
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
  expect(Object.keys(seriesFolds(withTest))).toEqual(Object.keys(folds))
  const nameless = { ...sample, patient: 'file:scan' }
  const withNameless = { ...dataset, samples: [...dataset.samples, nameless] }
  expect(Object.keys(seriesFolds(withNameless))).toEqual(Object.keys(folds))
  dataset.close()
})
