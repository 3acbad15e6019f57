import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root as repository } from '../../../../scripts/lib/install.ts'
import { startZoidberg } from '../../../support/cli.ts'

const MODEL = join(repository, 'test/fixtures/keras/sequential.keras')
let root: string
const zoidberg = (...args: string[]) => startZoidberg(root, args).ended
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-import-'))
  await writePhantoms(join(root, 'data'), { count: 90, seed: 1, size: { width: 64, height: 64 } })
})
afterAll(() => rm(root, { recursive: true }))

it('a Keras model becomes a run that is evaluated, asked and exported; nobody claims to know what it has seen', async () => {
  const [data, run] = [join(root, 'data'), join(root, 'run')]
  const imported = await zoidberg('import', MODEL, '--data', data, '--out', run, '--json')
  expect(imported.code, imported.err).toBe(0)
  const evaluated = await zoidberg(
    'evaluate',
    '--model',
    run,
    '--data',
    data,
    '--part',
    'validation',
    '--json',
  )
  const figures = JSON.parse(evaluated.out)
  expect(figures.rocAuc).toBeCloseTo(JSON.parse(imported.out).rocAuc, 6)
  expect(figures.data.seen).toBeNull()
  const asked = await zoidberg('predict', join(data, 'NORMAL/IM-0000-0001.jpeg'), '--model', run, '--json')
  expect(JSON.parse(asked.out).predictions[0]).toMatchObject({
    model: { id: expect.stringMatching(/^keras-/) },
  })
  expect((await zoidberg('export', '--model', run, '--out', join(root, 'run.onnx'))).code).toBe(0)
})

it.each([
  [
    ['--classes', 'NORMAL,BACTERIA'],
    /--classes names NORMAL, BACTERIA; the data set has NORMAL, BACTERIA, VIRUS/,
  ],
  [['--task', 'binary'], /the network has 3 classes, and the data set has 2/],
  [['--range', '0..7'], /Allowed choices are 0..255, 0..1, -1..1/],
])('%j is bad usage, and leaves no folder', async (args, message) => {
  const out = join(root, 'none')
  const { code, err } = await zoidberg('import', MODEL, '--data', join(root, 'data'), '--out', out, ...args)
  expect(err).toMatch(message)
  expect(code).toBe(2)
})
