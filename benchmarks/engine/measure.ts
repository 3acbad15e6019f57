/**
 * `node measure.ts ENGINE DIR IMAGES`: start, and warm latency of decoding and predicting with the default model; the
 * probabilities of some validation images of DIR. Prints JSON.
 */
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import type { EngineName } from '@zoidberg/core/engines/session.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import { root } from '../../scripts/lib/install.ts'
import { type Latency, latency } from '../lib/latency.ts'
import type { Measured } from './table.ts'

const REPEATS = 200
const [engineName, directory, images] = process.argv.slice(2)
const file = await phantomJpeg('BACTERIA', 1, { width: 1024, height: 1024 })

const started = performance.now()
const { name: engine } = await loadEngine(engineName as EngineName)
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

const rssMiB = process.memoryUsage.rss() / 2 ** 20
const dataset = await loadDataset(directory, model.manifest.input)
const shown = partOf(dataset, 'validation').slice(0, Number(images))
const probabilities: number[] = []
for (const sample of shown) {
  const predicted = await model.predict([dataset.pixels(sample)])
  probabilities.push(...predicted.probabilities[0])
}
const figures: Measured = {
  engine,
  images: shown.length,
  probabilities,
  fingerprint: dataset.fingerprint,
  engineMs,
  loadMs,
  firstMs,
  one: await time(() => model.predict([pixels])),
  sixteen: await time(() => model.predict(new Array(16).fill(pixels))),
  decode: await time(() => decodeImage(file, model.manifest.input)),
  rssMiB,
}
dataset.close()
console.log(JSON.stringify(figures))
