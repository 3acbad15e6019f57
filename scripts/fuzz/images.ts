/** Files as nobody means to send them, made of files that somebody would. */
import { crc32 } from 'node:zlib'
import type { Dice } from './random.ts'

type Mutation = (file: Buffer, dice: Dice) => Buffer

const SIZES = [0, 1, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff]
const SIGNATURES = [
  '\xff\xd8\xff',
  '\x89PNG\r\n\x1a\n',
  'RIFF\0\0\0\0WEBPVP8 ',
  'GIF89a',
  '%PDF-1.7',
  'II*\0',
  '<svg ',
].map((text) => Buffer.from(text, 'latin1'))
const MAX_CHUNKS = 3000

const bytesOf = (length: number, dice: Dice): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => dice.below(256)))

const flipBits: Mutation = (file, dice) => {
  const flipped = Buffer.from(file)
  for (let i = dice.below(20) + 1; i > 0 && flipped.length > 0; i--)
    flipped[dice.below(flipped.length)] ^= 1 << dice.below(8)
  return flipped
}
/** In the first bytes, where formats keep what they say of themselves. */
const flipHeader: Mutation = (file, dice) => {
  const flipped = Buffer.from(file)
  for (let i = dice.below(4) + 1; i > 0 && flipped.length > 0; i--)
    flipped[dice.below(Math.min(64, flipped.length))] = dice.below(256)
  return flipped
}
const truncate: Mutation = (file, dice) => file.subarray(0, dice.below(file.length + 1))
const repeat: Mutation = (file, dice) => {
  const [from, length] = [dice.below(file.length + 1), dice.below(4096)]
  const part = file.subarray(from, from + length)
  return Buffer.concat([
    file.subarray(0, from),
    ...new Array<Buffer>(dice.below(50)).fill(part),
    file.subarray(from),
  ])
}
const insert: Mutation = (file, dice) => {
  const at = dice.below(file.length + 1)
  return Buffer.concat([file.subarray(0, at), bytesOf(dice.below(64), dice), file.subarray(at)])
}
const noise: Mutation = (_, dice) => bytesOf(dice.below(2000), dice)
const confuse: Mutation = (file, dice) => {
  const signature = dice.pick(SIGNATURES)
  return Buffer.concat([signature, file.subarray(dice.below(2) * signature.length)])
}
/** A number in the header of a JPEG's frame, a PNG or a WebP that is not so. */
const lieOfSize: Mutation = (file, dice) => {
  const lie = Buffer.from(file)
  const frame = lie.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc1, 0xc2].includes(lie[i + 1]))
  const at = lie[0] === 0x89 ? 16 + 4 * dice.below(2) : lie[0] === 0xff ? frame + 5 + 2 * dice.below(2) : 24
  if (frame < 0 && lie[0] === 0xff) return lie
  const value = dice.pick(SIZES)
  if (lie[0] === 0x89 && lie.length >= 33) {
    lie.writeUInt32BE(value >>> 0, at)
    lie.writeUInt32BE(crc32(lie.subarray(12, 29)), 29)
  } else if (at + 2 <= lie.length) lie.writeUInt16BE(value & 0xffff, at)
  return lie
}
/** Thousands of segments or chunks that are allowed, one after the other. */
const addChunks: Mutation = (file, dice) => {
  const count = dice.below(MAX_CHUNKS)
  if (file[0] === 0xff) {
    const scan = Buffer.from(file.subarray(Math.max(0, file.lastIndexOf(Buffer.from([0xff, 0xda]))), -2))
    const segment = dice.pick([Buffer.from([0xff, 0xe1, 0, 4, 1, 1]), Buffer.from([0xff, 0xfe, 0, 2]), scan])
    return Buffer.concat([
      file.subarray(0, 2),
      ...new Array<Buffer>(Math.min(count, Math.floor(2e6 / (segment.length + 1)))).fill(segment),
      file.subarray(2),
    ])
  }
  const body = Buffer.concat([Buffer.from('tEXt'), bytesOf(8, dice)])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(8)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return Buffer.concat([file.subarray(0, 33), ...new Array<Buffer>(count).fill(chunk), file.subarray(33)])
}

const MUTATIONS = [flipBits, flipHeader, truncate, repeat, insert, noise, confuse, lieOfSize, addChunks]

/** @returns a file that has been through up to three mutations */
export function mutateFile(file: Buffer, dice: Dice): Buffer {
  let mutated = file
  for (let i = dice.below(4); i > 0; i--) mutated = dice.pick(MUTATIONS)(mutated, dice)
  return mutated
}
