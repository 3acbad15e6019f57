/** One engine in a process of its own: cold start and warm latency of decode + predict. Prints JSON. */
import { loadEngine } from '@zoidberg/core/engine.ts'
import { folder } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { decodeImage } from '@zoidberg/core/image.ts'
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'

const WARM_RUNS = 200
const file = await phantomJpeg('BACTERIA', 1, { width: 1024, height: 1024 })
const started = performance.now()
const engine = await loadEngine(process.argv[2] as 'native' | 'wasm')
const engineMs = performance.now() - started
const model = await loadModel(folder(new URL('../models/default', import.meta.url).pathname))
const loadMs = performance.now() - started - engineMs
const { pixels } = await decodeImage(file, model.manifest.input)
const before = performance.now()
await model.predict([pixels])
const firstMs = performance.now() - before

async function time(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < WARM_RUNS; i++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)
}

const quantiles = (times: number[]) => ({
  median: times[times.length >> 1],
  p95: times[Math.floor(0.95 * times.length)],
})
const one = quantiles(await time(() => model.predict([pixels])))
const sixteen = quantiles(await time(() => model.predict(new Array(16).fill(pixels))))
const decode = quantiles(await time(() => decodeImage(file, model.manifest.input)))
console.log(
  JSON.stringify({
    engine,
    engineMs,
    loadMs,
    firstMs,
    one,
    sixteen,
    decode,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  }),
)
