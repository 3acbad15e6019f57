/** What running emulators start with: the default model, its gallery, an admin. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promote } from '@zoidberg/core/channels.ts'
import { type Health, healthSchema } from '@zoidberg/core/contract/card.ts'
import { DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { folder } from '@zoidberg/core/files.ts'
import { modelPath, publish } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { auth, bucketNamed, firestore } from '@zoidberg/training/cloud.ts'
import { filmsOf, publishGallery, samplesOf } from '@zoidberg/training/dataset/gallery.ts'

const MODEL = join(import.meta.dirname, '../../models/default')
const ADMIN = { email: 'admin@example.com', password: 'emulator' }

/**
 * Fills emulators whose addresses are in the environment, and prints how to go on; the page's address is the last line.
 *
 * @param data folder whose validation images the gallery shows, instead of the films that ship with the model
 * @throws Error if the function does not answer
 */
export async function seed(data?: string): Promise<void> {
  const page = process.env.ZOIDBERG_PAGE as string
  const bucket = bucketNamed()
  const store = bucketStore(bucket)
  const { id } = JSON.parse(new TextDecoder().decode(await folder(MODEL)('manifest.json')))
  if (!(await store.exists(modelPath(id, 'manifest.json')))) await publish(store, folder(MODEL))
  await publishGallery(store, id, await (data ? samplesOf(data) : filmsOf(MODEL)))
  // What an admin promoted before stays.
  const channel = await firestore().doc(`channels/${DEFAULT_CHANNEL}`).get()
  if (!channel.exists)
    await promote({ firestore: firestore(), store, channel: DEFAULT_CHANNEL }, id, {
      by: 'npm run emulators',
    })

  const { uid } = await auth()
    .getUserByEmail(ADMIN.email)
    .catch(() => auth().createUser(ADMIN))
  await auth().setCustomUserClaims(uid, { admin: true })

  const health = await healthOf(page)
  if (!health.model) throw new Error(`the function is not ready: ${health.lastError}`)
  console.log(`Model ${health.model.id} on ${health.engine}; Ctrl-C ends everything and keeps what is there.`)
  console.log(`Data to retrain on: npx zoidberg data push DIR gs://${bucket.name}/datasets/NAME`)
  console.log(`Admin page: ${page}/admin as ${ADMIN.email} with password "${ADMIN.password}"`)
  console.log(`Zoidberg: ${page}`)
}

/**
 * The emulators answer before they know the functions.
 *
 * @throws Error if that takes a minute
 */
async function healthOf(page: string): Promise<Health> {
  for (let second = 0; second < 60; second++) {
    const response = await fetch(`${page}/api/health`)
    if (response.headers.get('Content-Type')?.startsWith('application/json'))
      return healthSchema.parse(await response.json())
    await sleep(1000)
  }
  throw new Error('the functions were not there after a minute')
}
