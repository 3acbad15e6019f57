/** Inside the emulators: publishes the default model and its gallery, then serves until it is ended. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DEFAULT_CHANNEL, promote } from '@zoidberg/core/channels.ts'
import { folder } from '@zoidberg/core/files.ts'
import { modelPath, publish } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { auth, bucketNamed, firestore } from '@zoidberg/training/cloud.ts'
import { phantomSamples, publishGallery, samplesOf } from '@zoidberg/training/gallery.ts'

const { values } = parseArgs({ options: { data: { type: 'string' } } })
const store = bucketStore(bucketNamed())
const model = folder(join(import.meta.dirname, '../models/default'))
const { id } = JSON.parse(new TextDecoder().decode(await model('manifest.json')))
if (!(await store.exists(modelPath(id, 'manifest.json')))) await publish(store, model)
await publishGallery(store, id, await (values.data ? samplesOf(values.data) : phantomSamples()))
await promote(firestore(), store, DEFAULT_CHANNEL, id, { by: 'npm start' })

const admin = { email: 'admin@example.com', password: 'emulator' }
const { uid } = await auth()
  .getUserByEmail(admin.email)
  .catch(() => auth().createUser(admin))
await auth().setCustomUserClaims(uid, { admin: true })

const health = await (await fetch(`${process.env.ZOIDBERG_PAGE}/api/health`)).json()
if (!health.ready) throw new Error(`the function is not ready: ${health.lastError}`)
// The emulators log that request a moment later; the address has to be the last line.
await sleep(1000)
console.log(
  `Admin page: ${process.env.ZOIDBERG_PAGE}/admin as ${admin.email} with password "${admin.password}"`,
)
console.log(`Model ${id} on ${health.engine}; Ctrl-C ends everything.`)
console.log(`Zoidberg: ${process.env.ZOIDBERG_PAGE}`)
setInterval(() => {}, 2 ** 30)
