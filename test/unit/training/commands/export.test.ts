import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root as repository } from '../../../../scripts/lib/install.ts'
import { startZoidberg } from '../../../support/cli.ts'

const MODEL = join(repository, 'models/default')
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-export-'))
})
afterAll(() => rm(root, { recursive: true }))

type Tensor = { data: Float32Array; dims: number[] }
type Runtime = {
  InferenceSession: { create(path: string): Promise<{ run(feeds: object): Promise<Record<string, Tensor>> }> }
  Tensor: new (type: string, data: Float32Array, dims: number[]) => Tensor
}
const require = createRequire(join(repository, 'core/package.json'))

it('an exported model answers in ONNX Runtime what the model answers here', async () => {
  const out = join(root, 'model.onnx')
  const {
    out: said,
    code,
    err,
  } = await startZoidberg(root, ['export', '--model', MODEL, '--out', out, '--json']).ended
  expect(code, err).toBe(0)
  const { input, outputs } = JSON.parse(said)
  expect(outputs).toEqual([
    { name: 'probabilities', shape: [-1, 3] },
    { name: 'activation_map/nhwc', shape: [-1, 8, 8, 3] },
  ])

  const model = await loadModel(folder(MODEL))
  const film = await readFile(join(MODEL, 'films/virus-1.jpeg'))
  const { pixels } = await decodeImage(film, model.manifest.input, 'virus-1.jpeg')
  const { probabilities, maps } = await model.predict([pixels], true)
  model.dispose()
  const { InferenceSession, Tensor } = require('onnxruntime-node') as Runtime
  const session = await InferenceSession.create(out)
  const [, ...shape] = input.shape
  const answer = await session.run({
    [input.name]: new Tensor('float32', Float32Array.from(pixels), [1, ...shape]),
  })
  const [row, map] = outputs.map(({ name }: { name: string }) => answer[name].data)
  probabilities[0].forEach((p, k) => expect(row[k]).toBeCloseTo(p, 5))
  expect(map).toHaveLength(8 * 8 * 3)
  maps?.[0].values.forEach((value, i) => expect(map[i]).toBeCloseTo(value, 3))
})

it('nothing is written over', async () => {
  const again = await startZoidberg(root, ['export', '--model', MODEL, '--out', join(root, 'model.onnx')])
    .ended
  expect(again.code).toBe(2)
  expect(again.err).toMatch(/model.onnx already exists/)
})
