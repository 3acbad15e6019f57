/** `node measure.ts ENGINE`: start, and warm latency of decoding and predicting with the default model. Prints JSON. */
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import type { EngineName } from '@zoidberg/core/engines/session.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import { root } from '../../scripts/lib/install.ts'
import { type Latency, latency } from '../lib/latency.ts'
import type { EngineFigures } from './table.ts'

const REPEATS = 200
const file = await phantomJpeg('BACTERIA', 1, { width: 1024, height: 1024 })

const started = performance.now()
const { name: engine } = await loadEngine(process.argv[2] as EngineName)
const engineMs = performance.now() - started
const model = await loadModel(folder(join(root, 'models/default')))
const loadMs = performance.now() - started - engineMs

const { pixels } = await decodeImage(file, model.manifest.input)
const before = performance.now()
await model.predict([pixels])
const firstMs = performance.now() - before

async function time(work: () => Promise<unknown>): Promise<Latency> {
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return latency(times)
}

const figures: EngineFigures = {
  engine,
  engineMs,
  loadMs,
  firstMs,
  one: await time(() => model.predict([pixels])),
  sixteen: await time(() => model.predict(new Array(16).fill(pixels))),
  decode: await time(() => decodeImage(file, model.manifest.input)),
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
}
console.log(JSON.stringify(figures))
