/** `node client.ts URL FILE SECONDS`: so many clients at a time ask as fast as they are answered. Prints JSON. */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { quantile } from '@zoidberg/training/statistics/descriptive.ts'
import { BINS_MS, CLIENTS, type Load } from './table.ts'

const WARM_UP = 20
const [url, file, seconds] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Math.max(...CLIENTS) })
const boundary = 'zoidberg'
const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.jpeg"\r\nContent-Type: image/jpeg\r\n\r\n`
const body = Buffer.concat([Buffer.from(head), readFileSync(file), Buffer.from(`\r\n--${boundary}--\r\n`)])
const headers = {
  'Content-Type': `multipart/form-data; boundary=${boundary}`,
  'Content-Length': body.length,
}

const ask = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`the server answers with ${answer.statusCode}`))
      })
    })
    sent.on('error', reject).end(body)
  })

async function load(clients: number): Promise<Load> {
  const times: number[] = []
  const started = performance.now()
  const end = started + 1000 * Number(seconds)
  const client = async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      await ask()
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const sorted = times.toSorted((a, b) => a - b)
  const perSecond = (1000 * times.length) / (performance.now() - started)
  const histogram = BINS_MS.map(() => 0)
  for (const time of times) histogram[binOf(time)]++
  return { clients, perSecond, median: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), histogram }
}

const binOf = (time: number): number =>
  Math.max(
    0,
    BINS_MS.findLastIndex((start) => time >= start),
  )

for (let i = 0; i < WARM_UP; i++) await ask()
const loads: Load[] = []
for (const clients of CLIENTS) loads.push(await load(clients))
console.log(JSON.stringify(loads))
agent.destroy()
