/** Where the files of a model lie: a local folder here, a bucket in `registry.ts`. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32c } from '@node-rs/crc32'

/** Reads files by their name inside one model's folder; rejects if a file is missing. */
export type ReadFiles = (name: string) => Promise<Uint8Array>

/** @returns a reader of the files in a local folder */
export const folder =
  (path: string): ReadFiles =>
  (name) =>
    readFile(join(path, name))

/** CRC-32C (Castagnoli) of bytes, as eight hexadecimal digits. */
export const checksum = (bytes: Uint8Array): string => crc32c(bytes).toString(16).padStart(8, '0')

/** The same as Cloud Storage states it: base64 of the four bytes. */
export const cloudChecksum = (bytes: Uint8Array): string =>
  Buffer.from(checksum(bytes), 'hex').toString('base64')

/** Writes files below a folder, and makes the folders that they need. */
export async function writeFiles(path: string, files: Iterable<[name: string, bytes: Uint8Array | string]>) {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), bytes)
  }
}

/** JSON with two spaces; `undefined` and NaN become null-free and null. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** SHA-256 of bytes, in hexadecimal. */
export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
