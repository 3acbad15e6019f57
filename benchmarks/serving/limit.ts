/**
 * `node limit.ts IMAGE`: what this machine could answer at most, if a request cost nothing but decoding its image and the
 * multiply-adds of the default model at the rate of a large matrix product. Prints JSON.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { readGraph } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { modelBytes } from '@zoidberg/core/onnx/messages.ts'
import ort from 'onnxruntime-node'
import { root } from '../../scripts/lib/install.ts'
import { multiplyAdds } from './multiply-adds.ts'
import type { Limit } from './table.ts'

const REPEATS = 30
const SIDE = 1024
const image = readFileSync(process.argv[2])

const path = (name: string) => join(root, 'models/default', name)
const manifest = parseManifest(JSON.parse(readFileSync(path('manifest.json'), 'utf8')))
const { artifacts } = readGraph(
  new Map(manifest.files.map(({ name }) => [name, readFileSync(path(name))])),
  manifest.input,
)

/** @returns milliseconds, the fastest of some: what else runs only makes it slower */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now()
    await work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}

const product = modelBytes({
  nodes: [{ operator: 'MatMul', inputs: ['a', 'b'], output: 'c' }],
  initializers: [{ name: 'b', shape: [SIDE, SIDE], values: new Float32Array(SIDE ** 2).fill(0.5) }],
  inputs: new Map([['a', [SIDE, SIDE]]]),
  outputs: new Map([['c', [SIDE, SIDE]]]),
})
const session = await ort.InferenceSession.create(product, { intraOpNumThreads: 1 })
const a = new ort.Tensor('float32', new Float32Array(SIDE ** 2).fill(0.5), [SIDE, SIDE])
const productMs = await fastest(() => session.run({ a }))

const count = multiplyAdds(artifacts)
const perSecond = (1000 * SIDE ** 3) / productMs
const decodeMs = await fastest(() => decodeImage(image, manifest.input))
const passMs = (1000 * count) / perSecond
const limit: Limit = {
  multiplyAdds: count,
  multiplyAddsPerSecond: perSecond,
  passMs,
  decodeMs,
  requestsPerSecond: (1000 * availableParallelism()) / (passMs + decodeMs),
}
console.log(JSON.stringify(limit))
