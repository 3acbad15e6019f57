/**
 * A local data set to Cloud Storage. What is there with the same checksum is not sent again, so a push that was cut off
 * goes on.
 */
import { cloudChecksum } from '@zoidberg/core/files.ts'
import pLimit from 'p-limit'
import { bucketNamed, parseAddress } from '../cloud.ts'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { findFiles } from './files.ts'
import { PHANTOM_MARK } from './phantom.ts'
import { openSource } from './source.ts'

const UPLOADS_AT_ONCE = 16

/** @property extra files that are there and not in the folder, before they were deleted if they were */
type Pushed = { address: string; files: number; sent: number; bytes: number; extra: number }

/**
 * Sends the labelled files of a folder, and the mark of synthetic ones.
 *
 * @param directory a folder of class folders
 * @param address gs://bucket/folder
 * @param options what counts files; whether images that were relabelled or taken away are deleted there too
 * @returns what is there now and what was sent, in bytes too
 * @throws UsageError if the address is none, or the folder has no class folders
 */
export async function pushDataset(
  directory: string,
  address: string,
  { onProgress = () => {}, deletesExtra = false }: { onProgress?: Progress; deletesExtra?: boolean } = {},
): Promise<Pushed> {
  const to = parseAddress(address)
  if (!to?.path) throw new UsageError(`"${address}" is no gs://bucket/folder.`)
  const prefix = to.path
  const source = await openSource(directory)
  const { files, mark } = await findFiles(source)
  // The mark first: nobody must take half a synthetic data set for X-rays.
  const wanted = [...(mark ? [{ ...mark, file: PHANTOM_MARK }] : []), ...files]

  const bucket = bucketNamed(to.bucket)
  const [objects] = await bucket.getFiles({ prefix: `${prefix}/` })
  const there = new Map(objects.map(({ name, metadata }) => [name, metadata.crc32c]))
  const limit = pLimit(UPLOADS_AT_ONCE)
  let [done, sent, bytes] = [0, 0, 0]
  const send = async (file: (typeof wanted)[number]) => {
    const content = await source.read(file)
    const path = `${prefix}/${file.file}`
    if (there.get(path) !== cloudChecksum(content)) {
      // The library compares checksums of what it sent and what arrived, and tries again.
      await bucket.file(path).save(Buffer.from(content), { resumable: false, validation: 'crc32c' })
      sent++
      bytes += content.length
    }
    onProgress(++done, wanted.length)
  }
  const [first, ...rest] = wanted
  await send(first)
  await Promise.all(rest.map((file) => limit(send, file))).catch((error) => {
    limit.clearQueue() // nobody waits for what has not been begun
    throw error
  })
  const kept = new Set(wanted.map(({ file }) => `${prefix}/${file}`))
  const extra = objects.filter(({ name }) => !kept.has(name))
  if (deletesExtra)
    await Promise.all(extra.map((object) => limit(() => object.delete({ ignoreNotFound: true }))))
  return { address, files: wanted.length, sent, bytes, extra: extra.length }
}
