/** The job's image without Docker: a folder with exactly what the Dockerfile copies, in an empty environment. */
import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Run, runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { queued } from '@zoidberg/core/run.ts'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { pushDataset } from '@zoidberg/training/dataset/push.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copiesOf, ROOT, readStages, type Stage } from '../support/dockerfile.ts'
import { firestore, publishDefault } from '../support/emulators.ts'
import { watch } from '../support/processes.ts'

let app: string
let environment: Record<string, string>
let entrypoint: string[]

const stageNamed = (stages: Stage[], name: string) => stages.find((stage) => stage.name === name) as Stage
async function copyFromRepository(stage: Stage) {
  for (const { from, sources, target } of copiesOf(stage))
    if (!from)
      for (const source of sources) {
        const to = target.endsWith('/')
          ? join(app, target, source.split('/').at(-1) as string)
          : join(app, target)
        const keep = (path: string) => !path.includes('node_modules')
        await cp(join(ROOT, source), to, { recursive: true, filter: keep })
      }
}

beforeAll(async () => {
  await publishDefault()
  app = await mkdtemp(join(tmpdir(), 'zoidberg-image-'))
  const stages = await readStages()
  const [packages, cpu] = [stageNamed(stages, 'packages'), stageNamed(stages, 'cpu')]
  await copyFromRepository(packages)
  const install = packages.instructions.find(({ keyword }) => keyword === 'RUN')?.rest.split(' ') as string[]
  await promisify(execFile)(install[0], install.slice(1), { cwd: app })
  await copyFromRepository(cpu)
  // The addon that the native stage builds is the one that this repository's own setup built.
  const addon = copiesOf(cpu).find(({ target }) => target.endsWith('tfjs-node'))?.target as string
  await rm(join(app, addon), { recursive: true, force: true })
  await cp(join(ROOT, addon), join(app, addon), { recursive: true, verbatimSymlinks: true })
  const variables = cpu.instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ rest }) => rest.split(' '))
  environment = {
    ...Object.fromEntries(variables.map((pair) => pair.split('=') as [string, string])),
    XDG_CACHE_HOME: join(app, 'cache'),
    GCLOUD_PROJECT: 'demo-zoidberg',
    FIRESTORE_EMULATOR_HOST: process.env.FIRESTORE_EMULATOR_HOST as string,
    FIREBASE_STORAGE_EMULATOR_HOST: process.env.FIREBASE_STORAGE_EMULATOR_HOST as string,
    FIREBASE_AUTH_EMULATOR_HOST: process.env.FIREBASE_AUTH_EMULATOR_HOST as string,
  }
  entrypoint = JSON.parse(cpu.instructions.find(({ keyword }) => keyword === 'ENTRYPOINT')?.rest as string)
  await writePhantoms(join(app, 'phantoms'), { count: 60, seed: 1, size: { width: 64, height: 64 } })
  await pushDataset(join(app, 'phantoms'), 'gs://demo-zoidberg.appspot.com/datasets/image')
}, 240_000)
afterAll(() => rm(app, { recursive: true, force: true }))

const config = (more: object = {}) =>
  runConfigSchema.parse({ command: 'train', dataset: 'image', model: 'mlp', size: 32, epochs: 2, ...more })

function start(run: string, more: Record<string, string> = {}) {
  const child = spawn(process.execPath, entrypoint.slice(1), {
    cwd: app,
    env: { ...environment, ZOIDBERG_RUN: run, ...more },
  })
  return watch(child)
}
const runOf = async (id: string) => (await firestore.doc(`runs/${id}`).get()).data() as Run

it('trains and publishes with nothing but its own files, and logs in structures', async () => {
  await firestore.doc('runs/run-image').set(queued(config(), 'test', Date.now()))
  const { code, out } = await start('run-image').ended
  expect(code, out).toBe(0)
  expect(await runOf('run-image')).toMatchObject({ state: 'succeeded', modelId: 'mlp-image-1' })
  const lines = out.split('\n').filter((line) => line.startsWith('{'))
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(
    expect.arrayContaining(['run claimed', 'engine loaded', 'data set loaded', 'epoch', 'run succeeded']),
  )
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ run: 'run-image', severity: 'INFO' })
})

it('stops within ten seconds of SIGTERM, and the next attempt goes on from the last epoch', async () => {
  await firestore.doc('runs/run-term').set(queued(config({ epochs: 60 }), 'test', Date.now()))
  const { child, ended } = start('run-term')
  while ((await runOf('run-term')).epochs.length < 2) await sleep(50)
  const asked = performance.now()
  child.kill('SIGTERM')
  const { code, out } = await ended
  expect(code, out).toBe(1)
  expect(performance.now() - asked).toBeLessThan(10_000)
  const stopped = await runOf('run-term')
  expect(stopped).toMatchObject({ state: 'running', lease: null, attempt: 1 })
  const again = start('run-term', { CLOUD_RUN_TASK_ATTEMPT: '1' })
  while ((await runOf('run-term')).attempt < 2) await sleep(50)
  expect((await runOf('run-term')).epochs.length).toBeGreaterThanOrEqual(stopped.epochs.length)
  const finished = await again.ended
  expect(finished.code, finished.out).toBe(0)
  const first = finished.out.split('\n').find((line) => line.includes('"epoch"')) as string
  expect(JSON.parse(first).epoch).toBeGreaterThan(2)
  const { epochs } = await runOf('run-term')
  expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, i) => i + 1))
})

it('does not fall back to the CPU where a GPU was promised', async () => {
  await firestore.doc('runs/run-gpu').set({ ...queued(config(), 'test', Date.now()), attempt: 3 })
  const { code } = await start('run-gpu', { ZOIDBERG_DEVICE: 'gpu' }).ended
  expect(code).toBe(0)
  expect(await runOf('run-gpu')).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('TensorFlow sees no GPU'),
  })
})

it.each([
  ['', 2, /names no run/],
  ['run-nowhere', 2, /there is no run/],
])('started with "%s" it exits with %d', async (run, expected, message) => {
  const { code, out } = await start(run).ended
  expect(out).toMatch(message)
  expect(code).toBe(expected)
})
