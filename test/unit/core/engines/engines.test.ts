/** Engines give the same answers: each in a process of its own, as it would serve. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../..')

/** Runs a module in a process of its own. */
const run = async (code: string, engine: string) => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
  const env = { ...process.env, ZOIDBERG_ENGINE: engine }
  return promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 1 << 26 })
}

const LOAD = `
import { readdir, readFile } from 'node:fs/promises'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
const model = await loadModel(folder('models/default'))`

/** What an engine makes of the films that ship: probabilities and map of each. */
async function answersOf(engine: string): Promise<number[][]> {
  const { stdout } = await run(
    `${LOAD}
const rows = []
for (const name of (await readdir('models/default/films')).filter((name) => name.endsWith('.jpeg')).sort()) {
  const { pixels } = await decodeImage(await readFile('models/default/films/' + name), model.manifest.input)
  const { probabilities, maps } = await model.predict([pixels], true)
  rows.push([...probabilities[0], ...maps[0].values])
}
console.log(JSON.stringify(rows))`,
    engine,
  )
  return JSON.parse(stdout)
}

it('ONNX Runtime and WebAssembly agree on probabilities within 1e-4, and on maps within 1e-3', async () => {
  const [onnx, wasm] = await Promise.all([answersOf('onnx'), answersOf('wasm')])
  expect(onnx).toHaveLength(24)
  const largest = (from: number, to?: number) =>
    Math.max(
      ...onnx.flatMap((row, i) => row.slice(from, to).map((value, k) => Math.abs(value - wasm[i][from + k]))),
    )
  expect(largest(0, 3)).toBeLessThan(1e-4)
  expect(largest(3)).toBeLessThan(1e-3)
})

describe('threads of ONNX Runtime', () => {
  it('are replaced when they die', async () => {
    const { stdout } = await run(
      `const workers = []
process.on('worker', (worker) => workers.push(worker))
${LOAD.trim().replace(/^import (.*) from (.*)$/gm, 'const $1 = await import($2)')}
const image = [new Uint8Array(128 * 128)]
const [before] = (await model.predict(image)).probabilities
await workers[0].terminate()
const [after] = (await model.predict(image)).probabilities
console.log(workers.length, before.every((value, i) => value === after[i]))`,
      'onnx',
    )
    expect(stdout.trim()).toBe('2 true')
  })

  const MANY = 'const batch = Array.from({ length: 16 }, () => new Uint8Array(128 * 128))'
  it('answer what was asked before they are stopped, and refuse what is asked after', async () => {
    const { stdout } = await run(
      `${LOAD}
${MANY}
const before = model.predict(batch)
model.dispose()
const after = model.predict(batch).catch((error) => error.message)
console.log((await before).probabilities.length, await after)`,
      'onnx',
    )
    expect(stdout.trim()).toBe('16 the engine was stopped')
  })
  // The second thread starts at the first wait: some of these moments are in its start, some in a pass.
  it.each([1, 20, 60, 150])('do not take a process down that ends after %i ms of work', async (ms) => {
    const code = `${LOAD}
${MANY}
for (let i = 0; i < 40; i++) model.predict(batch).catch(() => {})
setTimeout(() => process.exit(0), ${ms})`
    await expect(run(code, 'onnx')).resolves.toBeDefined()
  })
  it('keep no process alive that waits for nothing', async () => {
    await expect(
      run(`${LOAD}\nawait model.predict([new Uint8Array(128 * 128)])`, 'onnx'),
    ).resolves.toBeDefined()
  })
})

it('an engine that there is not is named', async () => {
  await expect(run(LOAD, 'abacus')).rejects.toThrow(/no engine "abacus"; there are onnx, native, wasm/)
})
