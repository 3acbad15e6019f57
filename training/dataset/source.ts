/**
 * Where the files of a data set are: a folder, or a place in Cloud Storage, which is read as it is needed and never
 * copied.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cloudChecksum } from '@zoidberg/core/files.ts'
import { bucketNamed, parseAddress } from '../cloud.ts'
import { UsageError } from '../errors.ts'

/** @property version changes when the content does */
export type SourceFile = { path: string; size: number; version: string }

export type Source = {
  /** As people gave it. */
  address: string
  /** Of its content, for caches: the same place by another name has the same. */
  identity: string
  /** Where the data set begins: `folders`, `files` and `read` take this path and those below it. */
  root: string
  /**
   * Lists the paths of the folders directly in a folder.
   *
   * @throws UsageError if it cannot be read
   */
  folders(path: string): Promise<string[]>
  /** Lists the files directly in a folder. */
  files(path: string): Promise<SourceFile[]>
  /**
   * Reads a file.
   *
   * @throws UnreadableFileError if this one file cannot be read; whatever else it throws speaks against the source
   */
  read(file: SourceFile): Promise<Uint8Array>
}

/** One file of a source cannot be read; the others may be. */
export class UnreadableFileError extends Error {}

/**
 * Opens a place that holds a data set.
 *
 * @param address a folder, or `gs://bucket` with or without a path below it
 * @returns the place, listed once if it is in Cloud Storage
 * @throws UsageError if a bucket has no files there
 */
export async function openSource(address: string): Promise<Source> {
  const parts = parseAddress(address)
  return parts ? bucketSource(address, parts.bucket, parts.path) : folderSource(address)
}

/** Follows links. */
async function folderSource(address: string): Promise<Source> {
  const entriesOf = async (path: string) => {
    const names = await readdir(path).catch((error) => {
      throw new UsageError(`cannot read the folder ${path}: ${error.code}`)
    })
    const entries = names.sort().map(async (name) => {
      const info = await stat(join(path, name)).catch(() => undefined)
      return info ? [{ path: join(path, name), info }] : []
    })
    return (await Promise.all(entries)).flat()
  }
  return {
    address,
    identity: await realpath(address).catch(() => address),
    root: address,
    folders: async (path) =>
      (await entriesOf(path)).flatMap(({ path, info }) => (info.isDirectory() ? [path] : [])),
    files: async (path) =>
      (await entriesOf(path)).flatMap(({ path, info }) =>
        info.isFile() ? [{ path, size: info.size, version: String(info.mtimeMs) }] : [],
      ),
    read: (file) =>
      readFile(file.path).catch((error: Error) => {
        throw new UnreadableFileError(error.message)
      }),
  }
}

const TRIES = 3
const PAUSE_MS = 500

/** The library tries again what does not begin; a connection that breaks in the middle of a file is ours to repeat. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isGone = (error as { code?: number }).code === 404
      if (isGone || attempt === TRIES) throw error
      await sleep(PAUSE_MS * attempt)
    }
  }
}

/**
 * Lists once, so all that is read is of one moment: a file that is replaced or deleted later is refused rather than mixed
 * in. A read that fails for good ends the load, because a training must not go on without the images of a bad connection.
 */
async function bucketSource(address: string, bucketName: string, prefix: string): Promise<Source> {
  const bucket = bucketNamed(bucketName)
  const [objects] = await bucket.getFiles({ prefix: prefix && `${prefix}/` })
  const files = objects
    .filter(({ name }) => !name.endsWith('/'))
    .map(({ name, metadata }) => ({
      path: name,
      size: Number(metadata.size),
      version: String(metadata.crc32c),
    }))
  if (files.length === 0) throw new UsageError(`${address} has no files.`)
  const odd = files.find(({ path }) => path.split('/').some((part) => ['', '.', '..'].includes(part)))
  if (odd) throw new UsageError(`${address} has a file named ${odd.path}.`)
  const below = (path: string) =>
    path === '' ? files : files.filter((file) => file.path.startsWith(`${path}/`))
  const restOf = (file: SourceFile, path: string) => file.path.slice(path === '' ? 0 : path.length + 1)
  return {
    address,
    identity: `gs://${bucketName}/${prefix}`,
    root: prefix,
    async folders(path) {
      const names = below(path).flatMap((file) => restOf(file, path).split('/').slice(0, -1).slice(0, 1))
      return [...new Set(names)].sort().map((name) => (path === '' ? name : `${path}/${name}`))
    },
    files: async (path) => below(path).filter((file) => !restOf(file, path).includes('/')),
    async read({ path, version }) {
      const named = `gs://${bucketName}/${path}`
      const bytes = await persistently(async () => (await bucket.file(path).download())[0]).catch(
        (cause: Error) => {
          throw new Error(`cannot read ${named}: ${cause.message}`, { cause })
        },
      )
      if (cloudChecksum(bytes) !== version)
        throw new Error(`${named} is no longer what it was when the data set was listed.`)
      return bytes
    },
  }
}
