/** Both engines give the same answers: each in a process of its own, as they would serve. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { phantom } from '../../../support/images.ts'

const root = join(import.meta.dirname, '../../../..')
const XRAYS = join(process.env.CHEST_XRAY_DIR ?? '/nowhere', 'train/PNEUMONIA')
let folder: string
const files: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoidberg-engines-'))
  for (const kind of ['NORMAL', 'BACTERIA', 'VIRUS'] as const) {
    const path = join(folder, `${kind}.jpg`)
    await writeFile(path, await phantom(kind, 300, 240))
    files.push(path)
  }
  if (existsSync(XRAYS)) files.push(...(await readdir(XRAYS)).slice(0, 30).map((name) => join(XRAYS, name)))
})
afterAll(() => rm(folder, { recursive: true }))

async function predictions(engine: 'native' | 'wasm') {
  const args = [
    join(root, 'training/cli.ts'),
    'predict',
    '--json',
    '--model',
    join(root, 'models/default'),
    ...files,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ZOIDBERG_ENGINE: engine },
  })
  return JSON.parse(stdout).predictions as {
    label: string
    probabilities: Record<string, number>
    decision: { probability: number; threshold: number }
  }[]
}

it('native TensorFlow and WebAssembly agree within 1e-4, and on every label', async () => {
  const [native, wasm] = await Promise.all([predictions('native'), predictions('wasm')])
  expect(native).toHaveLength(files.length)
  native.forEach((one, i) => {
    const other = wasm[i]
    for (const label of Object.keys(one.probabilities))
      expect(Math.abs(one.probabilities[label] - other.probabilities[label])).toBeLessThan(1e-4)
    const isClose = Math.abs(one.decision.probability - one.decision.threshold) < 1e-4
    if (!isClose) expect(other.label).toBe(one.label)
  })
})
