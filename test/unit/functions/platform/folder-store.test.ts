import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderStore } from '../../../../functions/src/platform/folder-store.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoidberg-folder-store-'))
  await mkdir(join(folder, 'films'))
  await writeFile(join(folder, 'model.json'), 'graph')
  await writeFile(join(folder, 'films/001.jpeg'), 'film')
})
afterAll(() => rm(folder, { recursive: true }))

describe('a folder as a bucket', () => {
  it('has the files of its model, and its films as samples', async () => {
    const store = folderStore(folder, 'one')
    expect(Buffer.from(await store.read('models/one/model.json')).toString()).toBe('graph')
    expect(Buffer.from(await store.read('samples/one/001.jpeg')).toString()).toBe('film')
    expect(await store.exists('samples/one/001.jpeg')).toBe(true)
  })

  it.each(['models/one/none.json', 'models/two/model.json', 'samples/two/001.jpeg', 'model.json', ''])(
    'has no %j',
    async (path) => {
      const store = folderStore(folder, 'one')
      expect(await store.exists(path)).toBe(false)
      await expect(store.read(path)).rejects.toThrow()
    },
  )
})
