/** A local data set to Cloud Storage. What is there with the same checksum is not sent again, so a push that was cut off goes on. */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checksum } from '@zoidberg/core/files.ts'
import pLimit from 'p-limit'
import { bucketNamed } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import { findFiles, rootOf } from './files.ts'
import { PHANTOM_MARK } from './phantom.ts'
import type { Progress } from './pixels.ts'

const UPLOADS_AT_ONCE = 16

/** @property extra files that are there and not in the folder, before they were deleted if they were */
export type Pushed = { address: string; files: number; sent: number; bytes: number; extra: number }

/**
 * Sends the labelled files of a folder, and the mark of synthetic ones.
 *
 * @param address gs://bucket/folder
 * @param deletesExtra whether images that were relabelled or taken away go there too
 * @throws UsageError if the address is none, or the folder has no class folders
 */
export async function pushDataset(
  directory: string,
  address: string,
  onProgress: Progress,
  deletesExtra = false,
): Promise<Pushed> {
  const match = address.match(/^gs:\/\/([^/]+)\/(.+?)\/?$/)
  if (!match) throw new UsageError(`"${address}" is no gs://bucket/folder.`)
  const [, bucketName, prefix] = match
  const labelled = await findFiles(directory)
  const root = rootOf(labelled[0])
  const isSynthetic = await access(join(root, PHANTOM_MARK)).then(
    () => true,
    () => false,
  )
  // The mark first: nobody must take half a synthetic data set for X-rays.
  const names = [...(isSynthetic ? [PHANTOM_MARK] : []), ...labelled.map(({ file }) => file)]

  const bucket = bucketNamed(bucketName)
  const [objects] = await bucket.getFiles({ prefix: `${prefix}/` })
  const there = new Map(objects.map(({ name, metadata }) => [name, metadata.crc32c]))
  const limit = pLimit(UPLOADS_AT_ONCE)
  let [done, sent, bytes] = [0, 0, 0]
  const send = async (name: string) => {
    const content = await readFile(join(root, name))
    const path = `${prefix}/${name}`
    if (there.get(path) !== Buffer.from(checksum(content), 'hex').toString('base64')) {
      // The library compares checksums of what it sent and what arrived, and tries again.
      await bucket.file(path).save(content, { resumable: false, validation: 'crc32c' })
      sent++
      bytes += content.length
    }
    onProgress(++done, names.length)
  }
  const [first, ...rest] = names
  await send(first)
  await Promise.all(rest.map((name) => limit(send, name)))
  const wanted = new Set(names.map((name) => `${prefix}/${name}`))
  const extra = objects.filter(({ name }) => !wanted.has(name))
  if (deletesExtra)
    await Promise.all(extra.map((object) => limit(() => object.delete({ ignoreNotFound: true }))))
  return { address, files: names.length, sent, bytes, extra: extra.length }
}
