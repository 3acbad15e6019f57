import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { ARCHIVE, download, findArchive, LICENCE, unpack } from '@zoidberg/training/dataset/fetch.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startZoidberg } from '../../../support/cli.ts'
import { phantom } from '../../../support/images.ts'

/** A ZIP archive without compression, as PKWARE's APPNOTE 4.3 has it. */
function zip(files: [name: string, content: Buffer][]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, content] of files) {
    const bytes = Buffer.from(name)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50)
    header.writeUInt16LE(20, 4)
    header.writeUInt32LE(crc32(content), 14)
    header.writeUInt32LE(content.length, 18)
    header.writeUInt32LE(content.length, 22)
    header.writeUInt16LE(bytes.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    central.writeUInt16LE(20, 6)
    header.copy(central, 16, 14, 28)
    central.writeUInt32LE(offset, 42)
    locals.push(header, bytes, content)
    centrals.push(central, bytes)
    offset += header.length + bytes.length + content.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

let root: string
let server: Server
let address: string
let archive: Buffer
/** How the server behaves; reset before each test. */
let behaviour: { dropAfter: number; ranges: boolean; status: number; corrupt: boolean }
let requests: (string | undefined)[]

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-fetch-'))
  const image = Buffer.from(await phantom('NORMAL'))
  archive = zip([
    ['chest_xray/train/NORMAL/IM-0001-0001.jpeg', image],
    ['chest_xray/train/PNEUMONIA/person1_bacteria_1.jpeg', Buffer.from(await phantom('BACTERIA'))],
    ['__MACOSX/._chest_xray', Buffer.from('x')],
  ])
  server = createServer((request, response) => {
    if (request.url === '/record') {
      const sha256_hash = createHash('sha256').update(archive).digest('hex')
      const details = { download_url: `${address}/archive`, sha256_hash }
      response.end(JSON.stringify([{ filename: ARCHIVE, size: archive.length, content_details: details }]))
      return
    }
    requests.push(request.headers.range)
    const from = behaviour.ranges ? Number(request.headers.range?.match(/\d+/)?.[0] ?? 0) : 0
    const rest = Buffer.from(archive.subarray(from))
    if (behaviour.corrupt) rest[0] ^= 1
    if (behaviour.status !== 200) response.writeHead(behaviour.status)
    else response.writeHead(from > 0 ? 206 : 200, { 'Content-Length': rest.length })
    if (behaviour.status !== 200) response.end()
    else if (rest.length <= behaviour.dropAfter) response.end(rest)
    // Later, so that what was written has left.
    else response.write(rest.subarray(0, behaviour.dropAfter), () => setTimeout(() => response.destroy(), 50))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  behaviour = { dropAfter: Number.POSITIVE_INFINITY, ranges: true, status: 200, corrupt: false }
  requests = []
})
afterAll(async () => {
  server.close()
  await rm(root, { recursive: true })
})

const remote = () => findArchive(`${address}/record`)
const into = (name: string) => join(root, `${name}.zip`)

describe('a download', () => {
  it('goes on where connections were dropped, and is checked', async () => {
    behaviour.dropAfter = Math.ceil(archive.length / 3)
    await download(await remote(), into('dropped'), { pause: 1 })
    expect(await readFile(into('dropped'))).toEqual(archive)
    expect(requests.length).toBeGreaterThan(2)
    expect(requests.some((range) => range?.startsWith('bytes='))).toBe(true)
  })
  it('goes on after the process was killed', async () => {
    await writeFile(`${into('killed')}.partial`, archive.subarray(0, 1000))
    await download(await remote(), into('killed'), { pause: 1 })
    expect(requests).toEqual(['bytes=1000-'])
    expect(await readFile(into('killed'))).toEqual(archive)
  })
  it('begins anew with a server that knows no ranges', async () => {
    behaviour.ranges = false
    await writeFile(`${into('anew')}.partial`, archive.subarray(0, 1000))
    await download(await remote(), into('anew'), { pause: 1 })
    expect(await readFile(into('anew'))).toEqual(archive)
  })
  it('of something else is refused and leaves nothing', async () => {
    behaviour.corrupt = true
    await expect(download(await remote(), into('corrupt'), { pause: 1 })).rejects.toThrow(/SHA-256/)
    expect((await readdir(root)).filter((name) => name.startsWith('corrupt'))).toEqual([])
  })
  it('gives up on a server that gives nothing, with its answer', async () => {
    behaviour.status = 503
    await expect(download(await remote(), into('dead'), { pause: 1 })).rejects.toThrow(/answers 503/)
    expect(requests).toHaveLength(5)
  })
})

describe('an archive', () => {
  it('that leads out of its folder is refused', async () => {
    await writeFile(into('evil'), zip([['../../../evil.txt', Buffer.from('x')]]))
    await expect(unpack(into('evil'), join(root, 'evil'), () => {})).rejects.toThrow(/invalid relative path/)
    expect(await readdir(root)).not.toContain('evil.txt')
  })
})

describe('zoidberg data fetch', () => {
  it('leaves a data set that can be loaded, and shows its licence', async () => {
    const place = join(root, 'data')
    const fetched = await startZoidberg(root, ['data', 'fetch', place, '--record', `${address}/record`]).ended
    expect(fetched.code, fetched.err).toBe(0)
    expect(fetched.err).toContain(LICENCE)
    const counted = await startZoidberg(root, ['data', place, '--json']).ended
    expect(JSON.parse(counted.out)).toMatchObject({ images: 2, patients: 2 })
    const again = await startZoidberg(root, ['data', 'fetch', place, '--record', `${address}/record`]).ended
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('exists already') })
  })
  it('says what it could not reach', async () => {
    const dead = 'http://127.0.0.1:1/record'
    const { code, err } = await startZoidberg(root, ['data', 'fetch', join(root, 'x'), '--record', dead])
      .ended
    expect(code).toBe(1)
    expect(err).toContain(`cannot reach ${dead}`)
  })
})
