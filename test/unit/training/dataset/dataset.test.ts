import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeImage } from '@zoidberg/core/image.ts'
import {
  alsoInTest,
  classIndex,
  labelsOf,
  loadDataset,
  partOf,
  taskOf,
} from '@zoidberg/training/dataset/dataset.ts'
import {
  isValidation,
  joinDuplicates,
  patientOf,
  patientPattern,
} from '@zoidberg/training/dataset/patient.ts'
import { drawPhantom, writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phantom } from '../../../support/images.ts'

const SIZE = { height: 24, width: 24 }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-data-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
})
afterAll(() => rm(root, { recursive: true }))

async function folderWith(files: Record<string, Uint8Array | string>): Promise<string> {
  const folder = await mkdtemp(join(root, 'set-'))
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return folder
}

describe('patientOf', () => {
  it.each([
    ['person1000_bacteria_2931.jpeg', 'person1000'],
    ['person1000_virus_1681.jpeg', 'person1000'],
    ['IM-0115-0001.jpeg', 'IM-0115'],
    ['NORMAL2-IM-0115-0001-0002.jpeg', 'NORMAL2-IM-0115'],
    ['BACTERIA-1008087-0001.jpeg', '1008087'],
    ['NORMAL-1049278-0001.jpeg', '1049278'],
  ])('knows %s as %s', (name, id) =>
    expect(patientOf({ file: `NORMAL/${name}`, label: 'NORMAL' })).toEqual({ id, known: true }),
  )
  it('takes any other file for a patient of its own', () => {
    const of = (file: string, label = 'NORMAL') => patientOf({ file, label })
    expect(of('scan.png')).toEqual({ id: 'file:NORMAL/scan', known: false })
    expect(of('scan_augmented1.jpeg')).toEqual(of('scan.png'))
    expect(of('scan_augmented1_augmented12.jpeg')).toEqual(of('scan.png'))
    expect(of('scan.png', 'VIRUS')).not.toEqual(of('scan.png'))
    // Viewers of DICOM give this name to everything.
    expect(of('IM-0001-0001.jpeg', 'PNEUMONIA')).toEqual({ id: 'file:PNEUMONIA/IM-0001-0001', known: false })
  })
  it('believes a labels file or a folder more than a pattern, and a pattern more than names', () => {
    const file = { file: 'NORMAL/person7_x.png', label: 'NORMAL' }
    expect(patientOf({ ...file, patient: '12' }, /(x)/)).toEqual({ id: 'given:12', known: true })
    expect(patientOf(file, /_(x)/)).toEqual({ id: 'given:x', known: true })
    expect(patientOf(file)).toEqual({ id: 'person7', known: true })
    expect(() => patientPattern('(')).toThrow(/regular expression with one group/)
    expect(() => patientPattern('abc')).toThrow(/regular expression with one group/)
    expect(patientPattern('p(\\d+)').source).toBe('p(\\d+)')
  })
})

describe('the split', () => {
  it('puts a fifth of many patients into validation, always the same ones', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `person${i}`)
    expect(ids.filter(isValidation).length / ids.length).toBeCloseTo(0.2, 2)
    // As it was on the first day: a change would put children that models were fitted on into validation.
    expect(ids.slice(0, 12).filter(isValidation)).toEqual(['person5', 'person8'])
  })
  it('joins patients that share an image, over several steps', () => {
    const joined = joinDuplicates([
      { patient: 'd', sha256: '1' },
      { patient: 'c', sha256: '1' },
      { patient: 'c', sha256: '2' },
      { patient: 'b', sha256: '2' },
      { patient: 'a', sha256: '3' },
    ])
    expect(Object.fromEntries(joined)).toEqual({ d: 'b', c: 'b', b: 'b', a: 'a' })
  })
})

describe('loadDataset', () => {
  it('reads class folders with and without parts, by content, naming what it cannot read', async () => {
    const [normal, bacteria, virus] = await Promise.all(
      (['NORMAL', 'BACTERIA', 'VIRUS'] as const).map((kind) => phantom(kind)),
    )
    const folder = await folderWith({
      'train/NORMAL/IM-0001-0001.jpeg': normal,
      'train/NORMAL/.DS_Store': 'Bud1',
      'train/NORMAL/notes.jpeg': 'no image',
      'train/PNEUMONIA/person1_bacteria_1.png': bacteria,
      'val/PNEUMONIA/person2_virus_1.jpeg': virus,
      'val/PNEUMONIA/person3_virus_2.jpeg': virus.subarray(0, 2000),
      'test/NORMAL/IM-0002-0001.jpeg': bacteria,
    })
    const dataset = await loadDataset(folder, SIZE)
    expect(dataset.samples.map(({ file, label }) => [file, label])).toEqual([
      ['test/NORMAL/IM-0002-0001.jpeg', 'NORMAL'],
      ['train/NORMAL/IM-0001-0001.jpeg', 'NORMAL'],
      ['train/PNEUMONIA/person1_bacteria_1.png', 'BACTERIA'],
      ['val/PNEUMONIA/person2_virus_1.jpeg', 'VIRUS'],
    ])
    expect(dataset.skipped).toBe(2)
    expect(dataset.unreadable).toEqual([
      { file: 'val/PNEUMONIA/person3_virus_2.jpeg', reason: expect.stringContaining('damaged') },
    ])
    expect(partOf(dataset, 'test').map(({ file }) => file)).toEqual(['test/NORMAL/IM-0002-0001.jpeg'])
    expect(dataset.samples.map(({ group }) => group)).toEqual(['IM-0002', 'IM-0001', 'person1', 'person2'])
    expect(dataset.duplicates).toEqual([
      ['test/NORMAL/IM-0002-0001.jpeg', 'train/PNEUMONIA/person1_bacteria_1.png'],
    ])
    expect(alsoInTest(dataset)).toEqual({ patients: 0, images: 1 })
    expect(taskOf(dataset)).toBe('three-class')
    dataset.close()
  })

  it('gives exactly the pixels that serving decodes, on phantoms of three sizes and two shapes and on real X-rays where present', async () => {
    const folder = await folderWith({
      'NORMAL/a.jpg': await phantom('NORMAL', 224),
      'NORMAL/b.jpg': await phantom('NORMAL', 640, 480),
      'VIRUS/c.jpg': await phantom('VIRUS', 1600, 1200),
    })
    const real = join(process.env.CHEST_XRAY_DIR ?? '/nowhere', 'train/NORMAL')
    const names = await readdir(real).catch(() => [])
    for (const name of names.slice(0, 40)) await symlink(join(real, name), join(folder, 'NORMAL', name))
    const dataset = await loadDataset(folder, SIZE)
    expect(dataset.samples).toHaveLength(3 + Math.min(40, names.length))
    for (const sample of dataset.samples) {
      const { pixels } = await decodeImage(await readFile(join(folder, sample.file)), SIZE)
      expect(Buffer.from(dataset.pixels(sample)).equals(Buffer.from(pixels)), sample.file).toBe(true)
    }
    dataset.close()
  })

  it('goes into the one folder of an unpacked archive, and follows links', async () => {
    const inner = await folderWith({
      'NORMAL/a.jpg': await phantom('NORMAL'),
      'PNEUMONIA/b.jpg': await phantom(),
    })
    const folder = await mkdtemp(join(root, 'link-'))
    await symlink(inner, join(folder, 'chest_xray'))
    const dataset = await loadDataset(folder, SIZE)
    expect(dataset.samples.map(({ label }) => label)).toEqual(['NORMAL', 'PNEUMONIA'])
    expect(dataset.withoutPatient).toBe(2)
    expect(() => classIndex(dataset.samples[1], labelsOf(dataset, 'three-class'))).toThrow(
      /b\.jpg is labelled PNEUMONIA, which is none of NORMAL, BACTERIA, VIRUS/,
    )
    dataset.close()
  })

  it('takes a folder that happens to be called test for a data set, not for a test part', async () => {
    const folder = join(await mkdtemp(join(root, 'named-')), 'test')
    await writePhantoms(folder, { count: 6, seed: 1, size: { width: 40, height: 40 } })
    const dataset = await loadDataset(folder, SIZE)
    expect(partOf(dataset, 'test')).toEqual([])
    expect(dataset.samples).toHaveLength(6)
    dataset.close()
  })

  it('keeps the split when data is added, and changes the fingerprint', async () => {
    const folder = join(root, 'growing')
    await writePhantoms(folder, { count: 30, seed: 1, size: { width: 40, height: 40 } })
    const before = await loadDataset(folder, SIZE)
    await copyFile(join(folder, 'NORMAL/IM-0000-0001.jpeg'), join(folder, 'NORMAL/IM-7777-0001.jpeg'))
    const after = await loadDataset(folder, SIZE)
    const parts = new Map(after.samples.map(({ file, part }) => [file, part]))
    for (const { file, part } of before.samples) expect(parts.get(file)).toBe(part)
    expect(after.fingerprint).not.toBe(before.fingerprint)
    expect(parts.get('NORMAL/IM-7777-0001.jpeg')).toBe(parts.get('NORMAL/IM-0000-0001.jpeg'))
    expect(after.synthetic).toBe(true)
    expect(after.pixels(after.samples[3])).toEqual(before.pixels(before.samples[3]))
    before.close()
    after.close()
  })

  it('decodes anew what has changed, and nothing else is left in the cache', async () => {
    const folder = await folderWith({
      'NORMAL/a.jpg': await phantom('NORMAL'),
      'VIRUS/b.jpg': await phantom('VIRUS'),
    })
    const first = await loadDataset(folder, SIZE)
    await writeFile(join(folder, 'NORMAL/a.jpg'), await phantom('BACTERIA'))
    await utimes(join(folder, 'NORMAL/a.jpg'), 1, 1)
    const second = await loadDataset(folder, SIZE)
    expect(second.pixels(second.samples[0])).not.toEqual(first.pixels(first.samples[0]))
    expect(second.pixels(second.samples[1])).toEqual(first.pixels(first.samples[1]))
    expect(
      (await readdir(join(root, 'cache/zoidberg/images'))).filter((name) => name.endsWith('.partial')),
    ).toEqual([])
    first.close()
    second.close()
  })

  it.each([
    ['a folder that is not there', () => join(root, 'nowhere'), /cannot read the folder/],
    ['a folder without classes', () => folderWith({ 'a.jpg': 'meow' }), /no images in class folders/],
    ['a folder without a readable image', () => folderWith({ 'NORMAL/a.jpg': 'meow' }), /no readable image/],
  ])('refuses %s', async (_, make, message) => {
    await expect(loadDataset(await make(), SIZE)).rejects.toThrow(message)
  })
})

describe('drawPhantom', () => {
  it('draws the same chest for the same seed, at any size', () => {
    const size = { width: 96, height: 96 }
    expect(drawPhantom('VIRUS', 5, size)).toEqual(drawPhantom('VIRUS', 5, size))
    expect(drawPhantom('VIRUS', 5, size)).not.toEqual(drawPhantom('VIRUS', 6, size))
  })
  it('is brighter in the lungs with an opacity', () => {
    const mean = (pixels: Uint8Array) => pixels.reduce((a, b) => a + b, 0) / pixels.length
    const size = { width: 96, height: 96 }
    for (const kind of ['BACTERIA', 'VIRUS'] as const)
      expect(mean(drawPhantom(kind, 5, size))).toBeGreaterThan(mean(drawPhantom('NORMAL', 5, size)))
  })
})
