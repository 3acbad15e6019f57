/** DIR as people may give it: a folder, or `gs://…`, which is mirrored into the cache first. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pLimit from 'p-limit'
import { bucketNamed } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { cacheFolder, type Progress } from './pixels.ts'

const DOWNLOADS_AT_ONCE = 16
const PARTIAL = '.partial'

/** A local folder with exactly the files of `directory`; what is there, as large and newer, is not fetched again. */
export async function openDirectory(directory: string, onProgress: Progress = () => {}): Promise<string> {
  const match = directory.match(/^gs:\/\/([^/]+)\/?(.*?)\/?$/)
  if (!match) return directory
  const [, bucket, prefix] = match
  const target = join(cacheFolder(), 'datasets', bucket, prefix)
  const [files] = await bucketNamed(bucket).getFiles({ prefix: prefix && `${prefix}/` })
  if (files.length === 0) throw new UsageError(`${directory} has no files.`)
  const limit = pLimit(DOWNLOADS_AT_ONCE)
  const fetchFile = async (file: (typeof files)[number]) => {
    const path = join(target, file.name.slice(prefix.length))
    if (file.name.endsWith('/')) return
    if (file.name.split('/').includes('..'))
      throw new UsageError(`${directory} has a file named ${file.name}.`)
    const local = await stat(path).catch(() => undefined)
    const isCurrent =
      local?.size === Number(file.metadata.size) && local.mtimeMs >= Date.parse(file.metadata.updated ?? '')
    if (isCurrent) return
    await mkdir(dirname(path), { recursive: true })
    // Beside its place first: a download that is killed must not pass for the file.
    const partial = `${path}.${randomUUID()}${PARTIAL}`
    await file.download({ destination: partial })
    await rename(partial, path)
  }
  let done = 0
  const fetchAndCount = async (file: (typeof files)[number]) => {
    await fetchFile(file)
    onProgress(++done, files.length)
  }
  await Promise.all(files.map((file) => limit(fetchAndCount, file)))
  const wanted = new Set(files.map((file) => join(target, file.name.slice(prefix.length))))
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // Another process may be downloading the same data set.
    if (entry.isFile() && !wanted.has(path) && !path.endsWith(PARTIAL)) await rm(path, { force: true })
  }
  return target
}
