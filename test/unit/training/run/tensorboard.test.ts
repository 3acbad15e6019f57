import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checksum } from '@zoidberg/core/files.ts'
import { writeEvents } from '@zoidberg/training/run/tensorboard.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let run: string
beforeAll(async () => {
  run = await mkdtemp(join(tmpdir(), 'zoidberg-events-'))
})
afterAll(() => rm(run, { recursive: true }))

const epoch = (n: number) => ({
  epoch: n,
  loss: 1 / n,
  accuracy: 0.5,
  valLoss: 2 / n,
  valAccuracy: 0.25,
  learningRate: 1e-3,
  seconds: 10,
  imagesPerSecond: 100,
})

/** Length, checksum of the length, bytes, checksum of the bytes; as often as there are records. */
function recordsOf(bytes: Buffer): Buffer[] {
  const records: Buffer[] = []
  const unmask = (at: number) => {
    const rotated = (bytes.readUInt32LE(at) - 0xa282ead8) >>> 0
    return ((rotated >>> 17) | (rotated << 15)) >>> 0
  }
  const crc = (part: Buffer) => Number.parseInt(checksum(part), 16)
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at))
    expect(unmask(at + 8)).toBe(crc(bytes.subarray(at, at + 8)))
    const record = bytes.subarray(at + 12, at + 12 + length)
    expect(unmask(at + 12 + length)).toBe(crc(record))
    records.push(record)
    at += 16 + length
  }
  return records
}

describe("a run's event file", () => {
  it('has a record of its version and one for each epoch, whole and in the order of time', async () => {
    await writeEvents(run, [epoch(1), epoch(2), epoch(4)])
    const [name] = await readdir(run)
    expect(name).toContain('tfevents')
    const [version, ...epochs] = recordsOf(await readFile(join(run, name)))
    expect(version.toString()).toContain('brain.Event:2')
    expect(epochs).toHaveLength(3)
    const times = epochs.map((bytes) => bytes.readDoubleLE(1))
    expect(times[2] - times[0]).toBeCloseTo(20, 3)
    expect(epochs.map((bytes) => [bytes[9], bytes[10]])).toEqual([
      [16, 1],
      [16, 2],
      [16, 4],
    ])
    expect(epochs[2].toString('latin1')).toContain('loss/validation')
    expect(epochs[2].includes(Buffer.from(Float32Array.of(0.25).buffer))).toBe(true)
  })
})
