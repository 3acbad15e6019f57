/** Firebase from the command line. A project id `demo-*` always means the emulators of firebase.json. */
import { readFileSync } from 'node:fs'
import { getApps, initializeApp } from 'firebase-admin/app'
import { getFirestore } from 'firebase-admin/firestore'
import { getStorage } from 'firebase-admin/storage'

const root = new URL('../', import.meta.url)
const readConfig = (name: string) => JSON.parse(readFileSync(new URL(name, root), 'utf8'))

export const projectId = (): string =>
  process.env.GCLOUD_PROJECT ?? readConfig('.firebaserc').projects.default

function app() {
  const [existing] = getApps()
  if (existing) return existing
  const project = projectId()
  if (project.startsWith('demo-')) {
    const { emulators } = readConfig('firebase.json')
    process.env.FIRESTORE_EMULATOR_HOST ??= `127.0.0.1:${emulators.firestore.port}`
    process.env.FIREBASE_STORAGE_EMULATOR_HOST ??= `127.0.0.1:${emulators.storage.port}`
  }
  return initializeApp({
    projectId: project,
    storageBucket: process.env.ZOIDBERG_BUCKET ?? `${project}.appspot.com`,
  })
}

export const bucketNamed = (name?: string) => getStorage(app()).bucket(name)
export const firestore = () => getFirestore(app())
