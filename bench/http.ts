/** Warm latency through Hosting and the function, one client; run inside the emulators. Prints JSON. */
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import { PAGE, publishDefault } from '../test/support/emulators.ts'

const RUNS = 200
await publishDefault()
const body = new Uint8Array(await phantomJpeg('BACTERIA', 1, { width: 1024, height: 1024 }))
const ask = async (address: string) => {
  const start = performance.now()
  const response = await fetch(address, { method: 'POST', body, headers: { 'Content-Type': 'image/jpeg' } })
  const { predictions } = await response.json()
  return { total: performance.now() - start, inside: predictions[0].timing.totalMs as number }
}
const address = `${PAGE}/api/predict`
const cold = await ask(address)
const warm = []
for (let i = 0; i < RUNS; i++) warm.push(await ask(address))
const quantiles = (times: number[]) => {
  const sorted = times.sort((a, b) => a - b)
  return { median: sorted[RUNS >> 1], p95: sorted[Math.floor(0.95 * RUNS)] }
}
const { engine } = await (await fetch(`${PAGE}/api/health`)).json()
console.log(
  JSON.stringify({
    engine,
    coldMs: cold.total,
    request: quantiles(warm.map(({ total }) => total)),
    inside: quantiles(warm.map(({ inside }) => inside)),
  }),
)
