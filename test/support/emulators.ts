/** The running emulators, filled with the default model and its films. Addresses come from `npm test`. */
import { readFile } from 'node:fs/promises'
import { promote } from '@zoidberg/core/channels.ts'
import { folder } from '@zoidberg/core/files.ts'
import { modelPath, publish } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { firestore as adminFirestore, auth, bucketNamed } from '@zoidberg/training/cloud.ts'
import { filmsOf, publishGallery } from '@zoidberg/training/dataset/gallery.ts'
import { getApps, initializeApp } from 'firebase/app'
import { getFunctions, httpsCallable } from 'firebase/functions'
import { getFirestore } from 'firebase-admin/firestore'
import { SERVING_DATABASE } from '../../functions/src/serving/tallies.ts'
import { phantom } from './images.ts'

export const PAGE = process.env.ZOIDBERG_PAGE as string
export const DEFAULT_MODEL = new URL('../../models/default/', import.meta.url).pathname

export const store = bucketStore(bucketNamed())
export const firestore = adminFirestore()
/** Of counters and rates. */
export const serving = getFirestore(SERVING_DATABASE)

export async function defaultModelId(): Promise<string> {
  return JSON.parse(await readFile(`${DEFAULT_MODEL}manifest.json`, 'utf8')).id
}

export async function publishDefault(): Promise<string> {
  const id = await defaultModelId()
  if (!(await store.exists(modelPath(id, 'manifest.json')))) await publish(store, folder(DEFAULT_MODEL))
  await publishGallery(store, id, await filmsOf(DEFAULT_MODEL))
  await promote({ firestore, store, channel: 'production' }, id, { by: 'test' })
  return id
}

export const clientApp = () =>
  getApps()[0] ??
  initializeApp({ projectId: 'demo-zoidberg', apiKey: 'fake', storageBucket: 'demo-zoidberg.appspot.com' })

/** The callable as a web client calls it, through Hosting. */
export const predictCallable = (data: unknown) =>
  httpsCallable(getFunctions(clientApp(), PAGE), 'predict')(data)

export const upload = (body: BodyInit, headers: Record<string, string> = {}, query = '') =>
  fetch(`${PAGE}/api/predict${query}`, { method: 'POST', body, headers })

export function formOf(files: [name: string, bytes: Uint8Array][], field = 'image'): FormData {
  const form = new FormData()
  for (const [name, bytes] of files) form.append(field, new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
  return form
}

/** Signs up and in; returns an ID token. */
export async function signIn(email: string, isAdmin: boolean): Promise<string> {
  const password = 'correct horse'
  const existing = await auth()
    .getUserByEmail(email)
    .catch(() => auth().createUser({ email, password }))
  await auth().setCustomUserClaims(existing.uid, isAdmin ? { admin: true } : null)
  const host = process.env.FIREBASE_AUTH_EMULATOR_HOST
  const response = await fetch(
    `http://${host}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=fake`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password, returnSecureToken: true }),
    },
  )
  return (await response.json()).idToken
}

/** An admin callable through Hosting, with the protocol of https://firebase.google.com/docs/functions/callable-reference */
// biome-ignore lint/suspicious/noExplicitAny: an answer of any callable
export async function adminCall(callable: string, data: unknown, token: string | null): Promise<any> {
  const response = await fetch(`${PAGE}/${callable}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ data }),
  })
  const { result, error } = await response.json()
  if (!error) return result
  const code = `functions/${error.status.toLowerCase().replaceAll('_', '-')}`
  throw Object.assign(new Error(error.message), { code, status: response.status })
}

/** Predicts without a pause until it is stopped; tells every answer that was none, and which models answered. */
export function predictUnderLoad(clients: number) {
  let isOver = false
  let answers = 0
  const lost: string[] = []
  const models = new Set<string>()
  const client = async (image: Uint8Array) => {
    while (!isOver) {
      try {
        const response = await upload(image as never)
        const body = await response.json()
        if (response.ok) models.add(body.predictions[0].model.id)
        else lost.push(`${response.status} ${body.detail}`)
      } catch (error) {
        lost.push((error as Error).message)
      }
      answers++
    }
  }
  const running = phantom().then((image) => Promise.all(Array.from({ length: clients }, () => client(image))))
  return {
    async stop() {
      isOver = true
      await running
      return { answers, lost, models }
    },
  }
}
