/** Firebase from the command line. A project id `demo-*` always means the emulators of firebase.json. */
import { readFileSync } from 'node:fs'
import { getApps, initializeApp } from 'firebase-admin/app'
import { getAuth } from 'firebase-admin/auth'
import { getFirestore } from 'firebase-admin/firestore'
import { getStorage } from 'firebase-admin/storage'

const root = new URL('../', import.meta.url)
const readConfig = (name: string) => JSON.parse(readFileSync(new URL(name, root), 'utf8'))

/** @returns the id of the Firebase project: GCLOUD_PROJECT, or the default of .firebaserc */
export const projectId = (): string =>
  process.env.GCLOUD_PROJECT ?? readConfig('.firebaserc').projects.default

const EMULATOR_VARIABLES = {
  FIRESTORE_EMULATOR_HOST: 'firestore',
  FIREBASE_STORAGE_EMULATOR_HOST: 'storage',
  FIREBASE_AUTH_EMULATOR_HOST: 'auth',
}

function app() {
  const [existing] = getApps()
  if (existing) return existing
  const project = projectId()
  if (project.startsWith('demo-')) {
    for (const [variable, name] of Object.entries(EMULATOR_VARIABLES))
      process.env[variable] ??= `127.0.0.1:${readConfig('firebase.json').emulators[name].port}`
  }
  return initializeApp({
    projectId: project,
    storageBucket: process.env.ZOIDBERG_BUCKET || `${project}.appspot.com`,
  })
}

const EMULATOR_LIMIT_MS = 3000

/**
 * `IdempotencyStrategy.RetryAlways` of the library. Our writes replace whole objects, so repeating one changes nothing.
 */
const RETRY_ALWAYS = 0

/**
 * Opens a bucket of Cloud Storage whose requests are repeated when the connection breaks.
 *
 * @param name the project's own bucket if left out
 * @returns the bucket of the Firebase library
 */
export function bucketNamed(name?: string) {
  const bucket = getStorage(app()).bucket(name)
  bucket.storage.retryOptions.idempotencyStrategy = RETRY_ALWAYS
  return bucket
}

/** @returns the project's Firestore */
export const firestore = () => getFirestore(app())

/**
 * The library asks for most of a minute before it gives up.
 *
 * @returns whether the emulator answers that a demo project means; of the cloud it is believed
 */
export async function isFirestoreThere(): Promise<boolean> {
  app()
  const host = projectId().startsWith('demo-') ? process.env.FIRESTORE_EMULATOR_HOST : undefined
  if (!host) return true
  return fetch(`http://${host}/`, { signal: AbortSignal.timeout(EMULATOR_LIMIT_MS) }).then(
    () => true,
    () => false,
  )
}

/** @returns the project's accounts */
export const auth = () => getAuth(app())

/**
 * Takes an address of Cloud Storage apart.
 *
 * @param address `gs://bucket` or `gs://bucket/path`
 * @returns the bucket, and the path without a slash at either end; undefined for anything else
 */
export function parseAddress(address: string): { bucket: string; path: string } | undefined {
  const match = address.match(/^gs:\/\/([^/]+)\/?(.*?)\/?$/)
  return match ? { bucket: match[1], path: match[2] } : undefined
}
