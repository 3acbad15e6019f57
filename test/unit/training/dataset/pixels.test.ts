import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFiles } from '@zoidberg/training/dataset/files.ts'
import { openPixels } from '@zoidberg/training/dataset/pixels.ts'
import { type Source, type SourceFile, UnreadableFileError } from '@zoidberg/training/dataset/source.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { phantom } from '../../../support/images.ts'

const SIZE = { height: 24, width: 24 }
let root: string
let image: Uint8Array
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-pixels-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
  image = await phantom('NORMAL')
})
afterAll(() => rm(root, { recursive: true }))

/** Files in memory that count how they are read. */
let reads: string[]
let atOnce: { now: number; most: number }
let broken: Map<string, Error>
beforeEach(() => {
  reads = []
  atOnce = { now: 0, most: 0 }
  broken = new Map()
})
function memorySource(identity: string, files: SourceFile[]): Source {
  return {
    address: identity,
    identity,
    root: '',
    folders: async (path) => (path === '' ? ['NORMAL'] : []),
    files: async (path) => (path === 'NORMAL' ? files : []),
    async read({ path }) {
      reads.push(path)
      atOnce.most = Math.max(atOnce.most, ++atOnce.now)
      await new Promise((resolve) => setTimeout(resolve, 2))
      atOnce.now--
      const error = broken.get(path)
      if (error) throw error
      return image
    },
  }
}
const filesNamed = (count: number, version = '1'): SourceFile[] =>
  Array.from({ length: count }, (_, i) => ({ path: `NORMAL/${100 + i}.jpg`, size: image.length, version }))
const open = async (source: Source) => openPixels(source, (await findFiles(source)).files, { size: SIZE })

describe('openPixels', () => {
  it('reads each file once, a few at a time, and none of them the next time', async () => {
    const source = memorySource('mem://once', filesNamed(60))
    const first = await open(source)
    expect(new Set(reads).size).toBe(60)
    expect(reads).toHaveLength(60)
    expect(atOnce.most).toBeLessThan(60)
    const second = await open(source)
    expect(reads).toHaveLength(60)
    expect(second.read(59)).toEqual(first.read(59))
    first.close()
    second.close()
  })

  it('reads what has another version, and only that', async () => {
    ;(await open(memorySource('mem://versions', filesNamed(5)))).close()
    reads = []
    const changed = [...filesNamed(4), ...filesNamed(5, '2').slice(4)]
    ;(await open(memorySource('mem://versions', changed))).close()
    expect(reads).toEqual(['NORMAL/104.jpg'])
  })

  it('reports a file that cannot be read, and tries it again the next time', async () => {
    const source = memorySource('mem://unreadable', filesNamed(3))
    broken.set('NORMAL/101.jpg', new UnreadableFileError('permission denied'))
    const store = await open(source)
    expect(store.entries.get('NORMAL/101.jpg')).toMatchObject({
      kind: 'unreadable',
      reason: 'permission denied',
    })
    store.close()
    broken.clear()
    const again = await open(source)
    expect(again.entries.get('NORMAL/101.jpg')).toMatchObject({ kind: 'image' })
    again.close()
  })

  it('decodes again what a cache that is cut off has lost, and never takes it for black', async () => {
    const source = memorySource('mem://cut-off', filesNamed(4))
    const whole = await open(source)
    const image = whole.read(3)
    const images = join(root, 'cache/zoidberg/images')
    const before = await open(source)
    for (const name of await readdir(images))
      if (name.endsWith('.bin')) await truncate(join(images, name), 2.5 * 24 * 24)
    expect(() => before.read(3)).toThrow(/row 3 of the pixel file is cut off/)
    reads = []
    const again = await open(source)
    expect(new Set(reads)).toEqual(new Set(['NORMAL/102.jpg', 'NORMAL/103.jpg']))
    expect(again.read(3)).toEqual(image)
    for (const store of [whole, before, again]) store.close()
  })

  it('does not even read what is too large for an X-ray', async () => {
    const [file] = filesNamed(1)
    const store = await open(memorySource('mem://large', [{ ...file, size: 2 ** 32 }]))
    expect(reads).toEqual([])
    expect(store.entries.get('NORMAL/100.jpg')).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('larger than 10 MB'),
    })
    store.close()
  })

  it('fails when the source does, instead of going on without its images', async () => {
    const source = memorySource('mem://connection', filesNamed(30))
    broken.set('NORMAL/107.jpg', new Error('connection lost'))
    await expect(open(source)).rejects.toThrow('connection lost')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(reads.length).toBeLessThan(30)
    broken.clear()
    const store = await open(source)
    expect([...store.entries.values()].every(({ kind }) => kind === 'image')).toBe(true)
    store.close()
  })
})
