/** The public archive: asked for by its DOI's record, downloaded with resume, checked, unpacked. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPromise } from 'yauzl'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'

/** Record of https://doi.org/10.17632/rscbjbr9sj.3 in the public interface of Mendeley Data. */
export const RECORD =
  'https://data.mendeley.com/public-api/datasets/rscbjbr9sj/files?folder_id=root&version=3'
export const ARCHIVE = 'ChestXRay2017.zip'
export const LICENCE =
  'Kermany, Zhang and Goldbaum (2018): Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification, doi:10.17632/rscbjbr9sj.3, licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).'

const MAX_ATTEMPTS_WITHOUT_PROGRESS = 5
const PAUSE_MS = 1000

const recordSchema = z.array(
  z.object({
    filename: z.string(),
    size: z.int().positive(),
    content_details: z.object({ download_url: z.url(), sha256_hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  }),
)

type Remote = { url: string; size: number; sha256: string }

/**
 * Asks the record for the archive.
 *
 * @param record address of the record
 * @returns where the archive lies and what it must be
 * @throws Error if the record cannot be read or names no archive
 */
export async function findArchive(record: string): Promise<Remote> {
  const response = await fetch(record).catch((cause) => {
    throw new Error(`cannot reach ${record}: ${cause.cause?.message ?? cause.message}`)
  })
  if (!response.ok) throw new Error(`${record} answers ${response.status}`)
  const files = recordSchema.safeParse(await response.json())
  const file = files.data?.find(({ filename }) => filename === ARCHIVE)
  if (!file) throw new Error(`${record} names no ${ARCHIVE}`)
  const { download_url: url, sha256_hash: sha256 } = file.content_details
  return { url, size: file.size, sha256 }
}

/**
 * Downloads into `path`, going on where an earlier try was cut off; what is there already is checked and kept.
 *
 * @param path of the file; while it is not whole it is called `.partial`
 * @param options what counts the bytes, and how many milliseconds to wait before another try
 * @throws UsageError if another file is there
 * @throws Error if the connection keeps breaking without bringing anything, or the content is not what it must be
 */
export async function download(
  { url, size, sha256 }: Remote,
  path: string,
  { onProgress = () => {}, pause = PAUSE_MS }: { onProgress?: Progress; pause?: number } = {},
): Promise<void> {
  if (await stat(path).catch(() => undefined)) {
    if ((await sha256Of(path)) === sha256) return
    throw new UsageError(`${path} is in the way: it is another file.`)
  }
  const partial = `${path}.partial`
  const sizeNow = async () => (await stat(partial).catch(() => ({ size: 0 }))).size
  let tries = 0
  for (;;) {
    const before = await sizeNow()
    if (before >= size) break
    const reason = await fetchRest({ url, size }, partial, { from: before, onProgress })
    const brought = (await sizeNow()) - before
    tries = brought > 0 ? 0 : tries + 1
    if (tries >= MAX_ATTEMPTS_WITHOUT_PROGRESS) throw new Error(`${url}: ${reason}`)
    if (reason) await sleep(pause)
  }
  const actual = await sha256Of(partial)
  if (actual !== sha256) {
    await rm(partial)
    throw new Error(`${url} is not the archive: its SHA-256 is ${actual} instead of ${sha256}.`)
  }
  await rename(partial, path)
}

/** @returns why it ended early, if it did */
async function fetchRest(
  { url, size }: Pick<Remote, 'url' | 'size'>,
  partial: string,
  { from, onProgress }: { from: number; onProgress: Progress },
): Promise<string | undefined> {
  let done = from
  try {
    const response = await fetch(url, { headers: from > 0 ? { Range: `bytes=${from}-` } : {} })
    if (!response.ok || !response.body) return `answers ${response.status}`
    // A server that knows no ranges begins anew.
    const append = response.status === 206
    if (!append) done = 0
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        done += chunk.length
        if (done > size) throw new Error(`sends more than ${size} bytes`)
        onProgress(done, size)
        yield chunk
      }
    }
    const body = Readable.fromWeb(response.body as never)
    await pipeline(body, counted, createWriteStream(partial, { flags: append ? 'a' : 'w' }))
  } catch (error) {
    return (error as Error).message
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * Unpacks an archive into a folder that is there only when it is whole.
 *
 * @param archive path of the ZIP file
 * @param folder path of the new folder
 * @param onProgress counts the archive's entries
 * @throws UsageError if the folder exists
 */
export async function unpack(archive: string, folder: string, onProgress: Progress): Promise<void> {
  if (await stat(folder).catch(() => undefined)) throw new UsageError(`${folder} exists already.`)
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  // yauzl refuses names that lead out of the folder.
  const zip = await openPromise(archive)
  let done = 0
  for await (const entry of zip.eachEntry()) {
    onProgress(++done, zip.entryCount)
    if (entry.fileName.endsWith('/') || entry.fileName.startsWith('__MACOSX/')) continue
    const path = join(partial, entry.fileName)
    await mkdir(dirname(path), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path))
  }
  await rename(partial, folder)
}
