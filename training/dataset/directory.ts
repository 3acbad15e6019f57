/** DIR as people may give it: a folder, or `gs://…`, which is mirrored into the cache first. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pLimit from 'p-limit'
import { bucketNamed } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { cacheFolder } from './pixels.ts'

const DOWNLOADS_AT_ONCE = 16

/** A local folder with the files of `directory`; files that are there with the same size are not fetched again. */
export async function openDirectory(directory: string): Promise<string> {
  const match = directory.match(/^gs:\/\/([^/]+)\/?(.*?)\/?$/)
  if (!match) return directory
  const [, bucket, prefix] = match
  const target = join(cacheFolder(), 'datasets', bucket, prefix)
  const [files] = await bucketNamed(bucket).getFiles({ prefix: prefix && `${prefix}/` })
  if (files.length === 0) throw new UsageError(`${directory} has no files.`)
  const limit = pLimit(DOWNLOADS_AT_ONCE)
  const fetchFile = async (file: (typeof files)[number]) => {
    const path = join(target, file.name.slice(prefix.length))
    if (file.name.includes('..') || file.name.endsWith('/')) return
    if ((await stat(path).catch(() => undefined))?.size === Number(file.metadata.size)) return
    await mkdir(dirname(path), { recursive: true })
    await file.download({ destination: path })
  }
  await Promise.all(files.map((file) => limit(fetchFile, file)))
  return target
}
