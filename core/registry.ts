/** Published models in Cloud Storage; `channels.ts` says which of them answer. */
import { ZoidbergError } from './contract/problems.ts'
import { checksum, type ReadFiles } from './files.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { ReadStore, Store } from './store.ts'

/** @returns where a file of a published model lies in the bucket */
export const modelPath = (id: string, name: string): string => `models/${id}/${name}`

/** Files of a published model. */
export const publishedFiles =
  (store: ReadStore, id: string): ReadFiles =>
  (name) =>
    store.read(modelPath(id, name))

/** Whether a model is published as a whole. */
export const isPublished = (store: Pick<ReadStore, 'exists'>, id: string): Promise<boolean> =>
  store.exists(modelPath(id, 'manifest.json'))

/**
 * @returns the manifest of a published model
 * @throws Error if it is not there, or not valid
 */
export async function readManifest(store: ReadStore, id: string): Promise<Manifest> {
  return parseManifest(JSON.parse(new TextDecoder().decode(await store.read(modelPath(id, 'manifest.json')))))
}

type PublishStore = Pick<Store, 'read' | 'write' | 'exists'>

/**
 * Uploads a run as a model. Every file is read back and checked; the manifest goes last, so a publish that is killed
 * anywhere leaves nothing that could be served, and can be repeated; publishing the same run twice changes nothing.
 *
 * @param extras further files to put beside the model, such as `report/…`
 * @throws Error if another model of that id is already published, or a file does not match its checksum
 */
export async function publish(
  store: PublishStore,
  read: ReadFiles,
  extras: string[] = [],
): Promise<Manifest> {
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

async function upload(store: PublishStore, path: string, bytes: Uint8Array): Promise<void> {
  await store.write(path, bytes)
  if (checksum(await store.read(path)) !== checksum(bytes))
    throw new Error(`${path} arrived damaged; publish again.`)
}
