/** `functions/` alone, as it deploys: production dependencies, tfjs-node's download failing, the functions framework. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePorts } from '../../scripts/lib/ports.ts'
import { publishDefault, signIn } from '../support/emulators.ts'
import { phantom } from '../support/images.ts'

const root = join(import.meta.dirname, '../..')
let folder: string
let server: ChildProcess | undefined
let address: string
let log = ''
const collect = (chunk: Buffer) => {
  log += chunk
}

beforeAll(async () => {
  await publishDefault()
  folder = await mkdtemp(join(tmpdir(), 'zoidberg-deploy-'))
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'lib'])
    await cp(join(root, 'functions', name), join(folder, name), { recursive: true })
  const env = { ...process.env, TFJS_NODE_BASE_URI: 'http://127.0.0.1:1/nothing-' }
  await promisify(execFile)('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env,
  })

  const { port } = await freePorts(['port'])
  address = `http://127.0.0.1:${port}`
  const framework = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js')
  server = spawn(process.execPath, [framework, '--target=api', `--source=${folder}`, `--port=${port}`], {
    cwd: folder,
    env: {
      ...process.env,
      ZOIDBERG_BUCKET: 'demo-zoidberg.appspot.com',
      ZOIDBERG_CORS_ORIGINS: '["*"]',
      GCLOUD_PROJECT: 'demo-zoidberg',
    },
  })
  server.stdout?.on('data', collect)
  server.stderr?.on('data', collect)
  for (let i = 0; i < 200 && !(await fetch(`${address}/api/health`).catch(() => undefined)); i++)
    await sleep(100)
}, 240_000)
afterAll(async () => {
  server?.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

it('answers a prediction on ONNX Runtime, which npm alone installs', async () => {
  expect(await readdir(join(folder, 'node_modules/@tensorflow'))).not.toContain('tfjs-node')
  const response = await fetch(`${address}/api/predict`, {
    method: 'POST',
    body: (await phantom()) as never,
    headers: { 'Content-Type': 'image/jpeg' },
  })
  expect(response.status, log).toBe(200)
  expect((await response.json()).predictions[0].decision.probability).toBeGreaterThanOrEqual(0)
  const health = async (headers = {}) => (await fetch(`${address}/api/health`, { headers })).json()
  expect(await health()).toEqual({ ready: true })
  const token = await signIn('operator@example.com', true)
  expect(await health({ Authorization: `Bearer ${token}` })).toMatchObject({ ready: true, engine: 'onnx' })
  const other = await signIn('visitor@example.com', false)
  expect(await health({ Authorization: `Bearer ${other}` })).toEqual({ ready: true })
})
