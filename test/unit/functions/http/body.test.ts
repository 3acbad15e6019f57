import { MAX_REQUEST_BYTES, MEGABYTE } from '@zoidberg/core/contract/limits.ts'
import { describe, expect, it } from 'vitest'
import { readBody } from '../../../../functions/src/http/body.ts'

async function* streamOf(chunks: Buffer[], onEnd = () => {}) {
  yield* chunks
  onEnd()
}

describe('readBody', () => {
  it('joins the chunks of a stream', async () => {
    expect(await readBody(streamOf([Buffer.from('ab'), Buffer.from('c')]))).toEqual(Buffer.from('abc'))
    expect(await readBody(streamOf([]))).toEqual(Buffer.alloc(0))
  })

  it('keeps a body of the largest size that may be', async () => {
    const chunks = Array.from({ length: MAX_REQUEST_BYTES / MEGABYTE }, () => Buffer.alloc(MEGABYTE, 1))
    expect((await readBody(streamOf(chunks))).equals(Buffer.concat(chunks))).toBe(true)
  })

  it('keeps nothing of a larger one but that it is too large, and reads it to its end', async () => {
    let isRead = false
    const chunk = Buffer.alloc(MEGABYTE, 1)
    const chunks = Array.from({ length: MAX_REQUEST_BYTES / MEGABYTE + 20 }, () => chunk)
    const body = await readBody(
      streamOf(chunks, () => {
        isRead = true
      }),
    )
    expect([body.length, body.some((byte) => byte !== 0), isRead]).toEqual([
      MAX_REQUEST_BYTES + 1,
      false,
      true,
    ])
  })
})
