/** The command line against the cloud: data sets and models by gs:// address, publishing, channels by name. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEFAULT_MODEL, PAGE, publishDefault, store } from '../support/emulators.ts'

const BUCKET = 'gs://demo-zoidberg.appspot.com'
let root: string
beforeAll(async () => {
  await publishDefault()
  root = await mkdtemp(join(tmpdir(), 'zoidberg-cli-'))
  await writePhantoms(join(root, 'data'), { count: 30, seed: 1, size: { width: 64, height: 64 } })
  for (const folder of ['NORMAL', 'PNEUMONIA'])
    for (const name of await readdir(join(root, 'data', folder)))
      await store.write(`datasets/tiny/${folder}/${name}`, await readFile(join(root, 'data', folder, name)))
})
afterAll(async () => {
  await publishDefault()
  await rm(root, { recursive: true })
})

const zoidberg = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const cli = join(import.meta.dirname, '../../training/cli.ts')
    const env = { ...process.env, XDG_CACHE_HOME: join(root, 'cache') }
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', cli, ...args],
      { env },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })

it('counts a data set in Cloud Storage', async () => {
  const { code, out, err } = await zoidberg('data', `${BUCKET}/datasets/tiny`, '--json')
  expect(code, err).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    images: 30,
    patients: 30,
    classes: [{ label: 'NORMAL' }, { label: 'BACTERIA' }, { label: 'VIRUS' }],
  })
})

it('publishes a run, points a channel at it, and serves it by name', async () => {
  const run = join(root, 'run')
  await cp(DEFAULT_MODEL, run, { recursive: true })
  const manifest = JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8'))
  await writeFile(join(run, 'manifest.json'), JSON.stringify({ ...manifest, id: 'published-by-cli' }))
  const { code, out, err } = await zoidberg('publish', run, '--channel', 'trial', '--json')
  expect(code, err).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    channel: 'trial',
    modelId: 'published-by-cli',
    previousModelId: null,
  })
  expect((await zoidberg('publish', run, '--channel', 'Not A Channel')).code).toBe(2)
  expect((await zoidberg('publish', run, '--channel', 'trial')).code).toBe(0)

  const evaluated = await zoidberg(
    'evaluate',
    '--model',
    'trial',
    '--data',
    `${BUCKET}/datasets/tiny`,
    '--json',
  )
  expect(JSON.parse(evaluated.out)).toMatchObject({
    model: { id: 'published-by-cli' },
    data: { part: 'all', images: 30 },
  })
  const byAddress = await zoidberg(
    'evaluate',
    '--model',
    `${BUCKET}/models/published-by-cli`,
    '--data',
    join(root, 'data'),
    '--json',
  )
  expect(JSON.parse(byAddress.out).confusion).toEqual(JSON.parse(evaluated.out).confusion)
})

it('predicts offline what the function answers', async () => {
  const file = join(root, 'data/NORMAL', (await readdir(join(root, 'data/NORMAL')))[0])
  const offline = JSON.parse((await zoidberg('predict', '--model', 'production', file, '--json')).out)
    .predictions[0]
  const response = await fetch(`${PAGE}/api/predict`, {
    method: 'POST',
    body: (await readFile(file)) as never,
    headers: { 'Content-Type': 'image/jpeg' },
  })
  const online = (await response.json()).predictions[0]
  expect(Math.abs(online.decision.probability - offline.decision.probability)).toBeLessThan(1e-4)
  expect(online.label).toBe(offline.label)
})

it.each([
  [['evaluate', '--model', 'nobody', '--data', 'x'], /neither a folder nor a channel/],
  [['data', `${BUCKET}/datasets/nothing`], /has no files/],
])('%j is bad usage', async (args, message) => {
  const { code, err } = await zoidberg(...args)
  expect(err).toMatch(message)
  expect(code).toBe(2)
})
