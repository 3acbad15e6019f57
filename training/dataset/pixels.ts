/**
 * Decoded images of a folder, on disk: decoded once on all cores, then read row by row, so memory stays bounded
 * however large the data set is. One row is one image of `size`, uint8.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, statSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import {
  decodeImage,
  PREPROCESSING,
  SHARP_VERSION,
  type Size,
  sniff,
  tooLarge,
} from '@zoidberg/core/image.ts'
import pLimit from 'p-limit'
import type { Progress } from '../progress.ts'
import type { LabelledFile } from './files.ts'
import { readRow } from './pixel-rows.ts'
import { type Source, UnreadableFileError } from './source.ts'

/** What decoding said of a file: an image in a row, or why it is none. */
export type Entry = { key: string } & (
  | { kind: 'image'; row: number; sha256: string; dicomPatient?: string }
  | { kind: 'skipped' }
  /** `transient`: the file could not be read this time, which is not remembered. */
  | { kind: 'unreadable'; reason: string; transient?: boolean }
)

export type PixelStore = {
  /** Descriptor of the open file. */
  file: number
  entries: Map<string, Entry>
  read(row: number): Uint8Array
  close(): void
}

const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zoidberg')

/** A file that keeps path, size and version is taken to keep its content. */
const keyOf = (file: LabelledFile): string => `${file.file}|${file.size}|${file.version}`

/**
 * Opens the decoded images of `files`, decoding those the cache does not have yet.
 * A process killed while decoding leaves the old cache as it was.
 *
 * @param files of the source
 * @param options the size that images are squashed to, and what counts decoded files
 * @returns the open cache, to be closed by the caller
 */
export async function openPixels(
  source: Source,
  files: LabelledFile[],
  { size, onProgress = () => {} }: { size: Size; onProgress?: Progress },
): Promise<PixelStore> {
  const identity = [source.identity, size.height, size.width, PREPROCESSING, SHARP_VERSION].join('|')
  const base = join(cacheFolder(), 'images', createHash('sha256').update(identity).digest('hex').slice(0, 24))
  const rowBytes = size.height * size.width

  const known = await readIndex(base)
  const keys = new Set(files.map(keyOf))
  const isCurrent =
    known.size === keys.size &&
    files.every((file) => known.has(keyOf(file))) &&
    isWhole(binaryOf(base, known), known, rowBytes)
  const store = isCurrent
    ? { entries: known, path: binaryOf(base, known) }
    : await decodeAll(source, files, { base, known, size, onProgress })
  const handle = openSync(store.path, 'r')
  return {
    file: handle,
    entries: new Map(files.map((file) => [file.file, store.entries.get(keyOf(file)) as Entry])),
    read: (row) => readRow(handle, row, new Uint8Array(rowBytes)),
    close: () => closeSync(handle),
  }
}

/** The pixels' file is named by what it holds, so an index never meets another index' pixels. */
function binaryOf(base: string, entries: Map<string, Entry>): string {
  const content = createHash('sha256')
    .update([...entries.keys()].join('\n'))
    .digest('hex')
    .slice(0, 16)
  return `${base}-${content}.bin`
}

/** Whether a file of pixels is there with every row that its index names. */
function isWhole(path: string, entries: Map<string, Entry>, rowBytes: number): boolean {
  const rows = [...entries.values()].reduce((n, e) => (e.kind === 'image' ? Math.max(n, e.row + 1) : n), 0)
  return (statSync(path, { throwIfNoEntry: false })?.size ?? -1) >= rows * rowBytes
}

async function readIndex(base: string): Promise<Map<string, Entry>> {
  // A missing or damaged index only costs decoding again.
  return readFile(`${base}.json`, 'utf8')
    .then((text) => new Map((JSON.parse(text) as Entry[]).map((entry) => [entry.key, entry])))
    .catch(() => new Map())
}

type Decoding = { base: string; known: Map<string, Entry>; size: Size; onProgress: Progress }

/** Writes the cache anew; rows of the old one are copied. */
async function decodeAll(source: Source, files: LabelledFile[], { base, known, size, onProgress }: Decoding) {
  await mkdir(join(base, '..'), { recursive: true })
  const rowBytes = size.height * size.width
  const oldPath = binaryOf(base, known)
  const old = known.size > 0 ? await open(oldPath, 'r').catch(() => undefined) : undefined
  const partial = `${base}.${process.pid}.partial`
  const output = await open(partial, 'w')
  const limit = pLimit(3 * availableParallelism()) // reading, parsing and decoding take turns
  let done = 0
  const decodeRow = async (file: LabelledFile, row: number): Promise<Entry> => {
    const before = known.get(keyOf(file))
    const { entry, pixels } =
      (old && before && copy(before, rowBytes, old.fd)) ?? (await decode(source, file, size))
    if (pixels) await writeRow(output, row, pixels)
    onProgress(++done, files.length)
    return entry.kind === 'image' ? { ...entry, row } : entry
  }
  try {
    const list = await Promise.all(files.map((file, row) => limit(decodeRow, file, row)))
    const entries = new Map(list.map((entry) => [entry.key, entry]))
    const lasting = list.filter((entry) => !('transient' in entry))
    const path = binaryOf(base, new Map(lasting.map((entry) => [entry.key, entry])))
    await output.datasync()
    await rename(partial, path)
    await writeFile(`${partial}.json`, JSON.stringify(lasting))
    await rename(`${partial}.json`, `${base}.json`)
    if (old && path !== oldPath) await rm(oldPath, { force: true })
    return { entries, path }
  } catch (error) {
    limit.clearQueue() // nobody waits for the files that have not been begun
    throw error
  } finally {
    await output.close()
    await old?.close()
    await rm(partial, { force: true })
  }
}

type Row = { entry: Entry; pixels?: Uint8Array }

/** Undefined where the old pixels are not all there: then the file is decoded again. */
function copy(entry: Entry, rowBytes: number, old: number): Row | undefined {
  if (entry.kind !== 'image') return { entry }
  try {
    return { entry, pixels: readRow(old, entry.row, new Uint8Array(rowBytes)) }
  } catch {
    return undefined
  }
}

async function writeRow(output: FileHandle, row: number, pixels: Uint8Array): Promise<void> {
  const { bytesWritten } = await output.write(pixels, 0, pixels.length, row * pixels.length)
  if (bytesWritten < pixels.length) throw new Error('the disk of the pixel cache is full')
}

async function decode(source: Source, file: LabelledFile, size: Size): Promise<Row> {
  const key = keyOf(file)
  try {
    if (file.size > MAX_FILE_BYTES) throw tooLarge(file.file) // before it is read
    const bytes = await source.read(file)
    const format = sniff(bytes)
    if (!format || 'refused' in format) return { entry: { key, kind: 'skipped' } }
    const image = await decodeImage(bytes, size, file.file)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return {
      entry: {
        key,
        kind: 'image',
        row: 0,
        sha256,
        ...(image.patient ? { dicomPatient: image.patient } : {}),
      },
      pixels: image.pixels,
    }
  } catch (error) {
    if (error instanceof ZoidbergError) return { entry: { key, kind: 'unreadable', reason: error.message } }
    if (error instanceof UnreadableFileError)
      return { entry: { key, kind: 'unreadable', reason: error.message, transient: true } }
    throw error
  }
}
