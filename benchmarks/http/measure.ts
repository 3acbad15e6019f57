/** `node measure.ts FILE`, inside the emulators: latency of the default model for one client. Writes JSON. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promote } from '@zoidberg/core/channels.ts'
import { healthSchema } from '@zoidberg/core/contract/card.ts'
import { predictionSchema } from '@zoidberg/core/contract/prediction.ts'
import { folder } from '@zoidberg/core/files.ts'
import { modelPath, publish } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { bucketNamed, firestore } from '@zoidberg/training/cloud.ts'
import { phantomJpeg } from '@zoidberg/training/dataset/phantom.ts'
import { root } from '../../scripts/lib/install.ts'
import { latency } from '../lib/latency.ts'
import type { HttpFigures } from './table.ts'

const REQUESTS = 200
const MODEL = join(root, 'models/default')
const page = process.env.ZOIDBERG_PAGE as string

const store = bucketStore(bucketNamed())
const { id } = JSON.parse(new TextDecoder().decode(await folder(MODEL)('manifest.json')))
if (!(await store.exists(modelPath(id, 'manifest.json')))) await publish(store, folder(MODEL))
await promote({ firestore: firestore(), store, channel: 'production' }, id, { by: 'npm run bench' })

const body = new Uint8Array(await phantomJpeg('BACTERIA', 1, { width: 1024, height: 1024 }))

async function ask(): Promise<{ total: number; inside: number }> {
  const start = performance.now()
  const headers = { 'Content-Type': 'image/jpeg' }
  const response = await fetch(`${page}/api/predict`, { method: 'POST', body, headers })
  const { predictions } = (await response.json()) as { predictions: unknown[] }
  const total = performance.now() - start
  return { total, inside: predictionSchema.parse(predictions[0]).timing.totalMs }
}

const cold = await ask()
const warm: Awaited<ReturnType<typeof ask>>[] = []
for (let i = 0; i < REQUESTS; i++) warm.push(await ask())
const health = healthSchema.parse(await (await fetch(`${page}/api/health`)).json())
const figures: HttpFigures = {
  engine: String(health.engine),
  coldMs: cold.total,
  request: latency(warm.map(({ total }) => total)),
  inside: latency(warm.map(({ inside }) => inside)),
}
writeFileSync(process.argv[2], JSON.stringify(figures))
