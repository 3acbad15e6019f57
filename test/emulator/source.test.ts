/** Data sets read straight from Cloud Storage. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDataset } from '@zoidberg/training/dataset/dataset.ts'
import { findFiles } from '@zoidberg/training/dataset/files.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { pushDataset } from '@zoidberg/training/dataset/push.ts'
import { openSource } from '@zoidberg/training/dataset/source.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { store } from '../support/emulators.ts'
import { phantom } from '../support/images.ts'

const PREFIX = 'datasets/streamed'
const ADDRESS = `gs://demo-zoidberg.appspot.com/${PREFIX}`
const SIZE = { height: 24, width: 24 }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-source-'))
  process.env.XDG_CACHE_HOME = join(root, 'cache')
  await writePhantoms(join(root, 'data'), { count: 30, seed: 1, size: { width: 64, height: 64 } })
  await pushDataset(join(root, 'data'), ADDRESS)
})
afterAll(() => rm(root, { recursive: true }))

it('is the data set of the folder it was pushed from, pixel by pixel', async () => {
  const [near, far] = [await loadDataset(join(root, 'data'), SIZE), await loadDataset(ADDRESS, SIZE)]
  expect(far.fingerprint).toBe(near.fingerprint)
  expect(far.synthetic).toBe(true)
  for (const [i, sample] of near.samples.entries()) {
    expect(far.samples[i]).toEqual(sample)
    expect(far.pixels(far.samples[i])).toEqual(near.pixels(sample))
  }
  expect(Buffer.from(await far.bytes(far.samples[0]))).toEqual(Buffer.from(await near.bytes(near.samples[0])))
})

it('leaves pixels on the disk and no copy of the images', async () => {
  ;(await loadDataset(ADDRESS, SIZE)).close()
  const left = await readdir(join(root, 'cache'), { recursive: true })
  expect(left.filter((name) => /jpe?g|datasets/.test(name))).toEqual([])
})

it('finds the classes below the one folder of an archive, and at the top of a bucket address with a slash', async () => {
  const [above, slash] = await Promise.all(
    [openSource(`${ADDRESS}-archive`), openSource(`${ADDRESS}/`)].map((s) => s.catch((e) => e)),
  )
  expect(above).toMatchObject({ message: expect.stringContaining('has no files') })
  expect((await findFiles(slash)).files).toHaveLength(30)
  await store.write(`${PREFIX}-archive/chest_xray/train/NORMAL/IM-0001-0001.jpeg`, await phantom('NORMAL'))
  await store.write(
    `${PREFIX}-archive/chest_xray/test/PNEUMONIA/person1_virus_1.jpeg`,
    await phantom('VIRUS'),
  )
  await store.write(`${PREFIX}-archive/__MACOSX/train/NORMAL/IM-0001-0001.jpeg`, 'resource fork')
  const { files } = await findFiles(await openSource(`${ADDRESS}-archive`))
  expect(files.map(({ file, label, part }) => [file, label, part])).toEqual([
    ['test/PNEUMONIA/person1_virus_1.jpeg', 'VIRUS', 'test'],
    ['train/NORMAL/IM-0001-0001.jpeg', 'NORMAL', 'train'],
  ])
})

it('refuses names that lead elsewhere', async () => {
  await store.write(`${PREFIX}-odd/NORMAL/../../secrets.jpeg`, 'x')
  await expect(openSource(`${ADDRESS}-odd`)).rejects.toThrow(/has a file named/)
})

it.each([
  [
    'was replaced',
    (path: string) => phantom('VIRUS', 80).then((bytes) => store.write(path, bytes)),
    /no longer what it was/,
  ],
  ['was deleted', (path: string) => store.remove(path), /cannot read gs:/],
])('refuses a file that %s after it was listed, and names it', async (_, change, message) => {
  const path = `${PREFIX}-changing/NORMAL/IM-0001-0001.jpeg`
  await store.write(path, await phantom('NORMAL'))
  const source = await openSource(`${ADDRESS}-changing`)
  const { files } = await findFiles(source)
  await change(path)
  const reading = source.read(files[0])
  await expect(reading).rejects.toThrow(message)
  await expect(reading).rejects.toThrow(path)
})
