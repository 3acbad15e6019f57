/** The part of a Cloud Storage bucket we use, so that tests can hand us a map and programs the Admin SDK. */
import { EventEmitter } from 'node:events'

/** @property updated milliseconds since 1970 */
export type ObjectInfo = { path: string; updated: number }

export type Store = {
  /** Rejects if there is no such object. */
  read(path: string): Promise<Uint8Array>
  write(path: string, bytes: Uint8Array | string): Promise<void>
  exists(path: string): Promise<boolean>
  list(prefix: string): Promise<ObjectInfo[]>
  /** Does nothing if there is no such object. */
  remove(path: string): Promise<void>
}

export type ReadStore = Pick<Store, 'read' | 'exists'>

// @google-cloud/storage puts eleven listeners on the stream of each download; ten are Node's limit before it warns of a leak.
EventEmitter.defaultMaxListeners = 20

/** What `firebase-admin/storage` calls a bucket. */
type Bucket = {
  file(path: string): {
    download(): Promise<[Buffer]>
    save(data: Buffer, options: { resumable: boolean; contentType: string }): Promise<void>
    exists(): Promise<[boolean]>
    delete(options: { ignoreNotFound: boolean }): Promise<unknown>
  }
  getFiles(query: {
    prefix: string
  }): Promise<[{ name: string; metadata: { updated?: string } }[], ...unknown[]]>
}

const CONTENT_TYPES: Record<string, string> = {
  json: 'application/json',
  svg: 'image/svg+xml',
  html: 'text/html',
}

/** A download that hangs would hold every request that waits for its model. */
const READ_LIMIT_MS = 60_000

async function inTime<T>(reading: Promise<T>, path: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${path} did not arrive in time`)), READ_LIMIT_MS)
  })
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}

/** @returns a bucket of the Admin SDK as a store */
export const bucketStore = (bucket: Bucket): Store => ({
  read: async (path) => (await inTime(bucket.file(path).download(), path))[0],
  write: (path, bytes) =>
    bucket.file(path).save(Buffer.from(bytes), {
      resumable: false,
      contentType: CONTENT_TYPES[path.split('.').pop() as string] ?? 'application/octet-stream',
    }),
  exists: async (path) => (await bucket.file(path).exists())[0],
  list: async (prefix) =>
    (await bucket.getFiles({ prefix }))[0].map(({ name, metadata }) => ({
      path: name,
      updated: Date.parse(metadata.updated ?? ''),
    })),
  remove: async (path) => void (await bucket.file(path).delete({ ignoreNotFound: true })),
})
