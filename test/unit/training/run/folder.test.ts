import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { loadLayers, replaceFile, saveLayers } from '@zoidberg/training/run/folder.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallResnet } from '../support/training.ts'

let root: string
beforeAll(async () => {
  await loadEngine('native')
  root = await mkdtemp(join(tmpdir(), 'zoidberg-folder-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('a run folder', () => {
  it('names the file that a full disk refused, and leaves nothing that looks like it', async () => {
    const path = join(root, 'full.json')
    await symlink('/dev/full', `${path}.partial`)
    await expect(replaceFile(path, 'text')).rejects.toThrow(/cannot write .+full\.json: ENOSPC/)
    expect((await readdir(root)).filter((name) => name.startsWith('full'))).toEqual([])
  })

  it('gives back the layers model that predicts identically, twice', async () => {
    const member = smallResnet()
    await saveLayers(root, member)
    const x = tf.randomUniform([3, 32, 32, 1], 0, 255, 'float32', 2)
    const output = (m: typeof member) => [...((m.predict(x) as tf.Tensor[])[0].dataSync() as Float32Array)]
    const [a, b] = [await loadLayers(root), await loadLayers(root)]
    expect(output(a)).toEqual(output(member))
    expect(output(b)).toEqual(output(a))
  })
})
