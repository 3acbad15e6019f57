/** The running emulators, filled with the default model and phantoms. Addresses come from `npm test`. */
import { readFile } from 'node:fs/promises'
import { folder } from '@zoidberg/core/files.ts'
import { modelPath, promote, publish } from '@zoidberg/core/registry.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { firestore as adminFirestore, bucketNamed } from '@zoidberg/training/cloud.ts'
import { phantomSamples, publishGallery } from '@zoidberg/training/gallery.ts'
import { getApps, initializeApp } from 'firebase/app'
import { getFunctions, httpsCallable } from 'firebase/functions'

export const PAGE = process.env.ZOIDBERG_PAGE as string
export const DEFAULT_MODEL = new URL('../../models/default/', import.meta.url).pathname

export const store = bucketStore(bucketNamed())
export const firestore = adminFirestore() as never

export async function defaultModelId(): Promise<string> {
  return JSON.parse(await readFile(`${DEFAULT_MODEL}manifest.json`, 'utf8')).id
}

export async function publishDefault(): Promise<string> {
  const id = await defaultModelId()
  if (!(await store.exists(modelPath(id, 'manifest.json')))) await publish(store, folder(DEFAULT_MODEL))
  await publishGallery(store, id, await phantomSamples())
  await promote(firestore, store, 'production', id, 'test')
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
