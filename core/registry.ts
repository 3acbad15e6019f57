/** Models in Cloud Storage and the channels in Firestore that name them. */
import { ZoidbergError } from './errors.ts'
import { checksum, type ReadFiles } from './files.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { Store } from './store.ts'

export const DEFAULT_CHANNEL = 'production'
export const CHANNEL_NAME = /^[a-z][a-z0-9-]{0,30}$/

export type Channel = {
  modelId: string
  previousModelId: string | null
  canary: { modelId: string; percent: number } | null
  updatedAt: string
  updatedBy: string
}

export const modelPath = (id: string, name: string): string => `models/${id}/${name}`

/** Files of a published model. */
export const publishedFiles =
  (store: Store, id: string): ReadFiles =>
  (name) =>
    store.read(modelPath(id, name))

export async function readManifest(store: Store, id: string): Promise<Manifest> {
  return parseManifest(JSON.parse(new TextDecoder().decode(await store.read(modelPath(id, 'manifest.json')))))
}

/**
 * Uploads a run as a model. Every file is read back and checked; the manifest goes last, so a publish that is killed
 * anywhere leaves nothing that could be served, and can be repeated; publishing the same run twice changes nothing.
 *
 * @param extras further files to put beside the model, such as `report/…`
 * @throws Error if another model of that id is already published, or a file does not match its checksum
 */
export async function publish(store: Store, read: ReadFiles, extras: string[] = []): Promise<Manifest> {
  const text = new TextDecoder().decode(await read('manifest.json'))
  const manifest = parseManifest(JSON.parse(text))
  const manifestPath = modelPath(manifest.id, 'manifest.json')
  if (await store.exists(manifestPath)) {
    const published = new TextDecoder().decode(await store.read(manifestPath))
    if (published === text) return manifest
    throw new ZoidbergError('bad-request', `another model is already published as ${manifest.id}.`)
  }
  for (const { name, size, crc32c } of manifest.files) {
    const bytes = await read(name)
    if (bytes.length !== size || checksum(bytes) !== crc32c)
      throw new ZoidbergError('bad-request', `${name} does not match the manifest; the run is damaged.`)
    await upload(store, modelPath(manifest.id, name), bytes)
  }
  for (const name of extras) await upload(store, modelPath(manifest.id, name), await read(name))
  await upload(store, manifestPath, Buffer.from(text))
  return manifest
}

async function upload(store: Store, path: string, bytes: Uint8Array): Promise<void> {
  await store.write(path, bytes)
  if (checksum(await store.read(path)) !== checksum(bytes))
    throw new Error(`${path} arrived damaged; publish again.`)
}

/** What we use of Firestore. */
export type Firestore = {
  collection(name: string): {
    doc(id: string): unknown
    get(): Promise<{ docs: { id: string; data(): unknown }[] }>
  }
  runTransaction<T>(run: (transaction: Transaction) => Promise<T>): Promise<T>
}
type Transaction = {
  get(reference: never): Promise<{ data(): unknown }>
  set(reference: never, data: object): unknown
}

/** Points a channel at a published model, in a transaction; the model it named becomes `previousModelId`. */
export async function promote(
  firestore: Firestore,
  store: Store,
  name: string,
  modelId: string,
  by: string,
): Promise<Channel> {
  if (!CHANNEL_NAME.test(name)) throw new ZoidbergError('bad-request', `"${name}" is not a channel name.`)
  if (!(await store.exists(modelPath(modelId, 'manifest.json'))))
    throw new ZoidbergError('not-found', `there is no model ${modelId}.`)
  const reference = firestore.collection('channels').doc(name) as never
  return firestore.runTransaction(async (transaction) => {
    const before = (await transaction.get(reference)).data() as Channel | undefined
    const previousModelId = before?.modelId === modelId ? before.previousModelId : (before?.modelId ?? null)
    const after: Channel = {
      modelId,
      previousModelId,
      canary: null,
      updatedAt: new Date().toISOString(),
      updatedBy: by,
    }
    transaction.set(reference, after)
    return after
  })
}

/** All channels by name. */
export async function readChannels(firestore: Firestore): Promise<Map<string, Channel>> {
  const { docs } = await firestore.collection('channels').get()
  return new Map(docs.map((doc) => [doc.id, doc.data() as Channel]))
}
