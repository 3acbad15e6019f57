import { MEGABYTE } from '@zoidberg/core/contract/limits.ts'
import { describe, expect, it } from 'vitest'
import { readBody } from '../../../../functions/src/guard/read-body.ts'

const requestOf = (chunks: Buffer[], headers = {}) => {
  const state = { read: 0 }
  async function* stream() {
    for (const chunk of chunks) {
      state.read++
      yield chunk
    }
  }
  return { state, request: Object.assign(stream(), { headers }) }
}

describe('readBody', () => {
  it('joins the chunks of a stream', async () => {
    expect(await readBody(requestOf([Buffer.from('ab'), Buffer.from('c')]).request, 3)).toEqual(
      Buffer.from('abc'),
    )
    expect(await readBody(requestOf([]).request, 3)).toEqual(Buffer.alloc(0))
  })

  it('refuses one byte more than the limit', async () => {
    await expect(readBody(requestOf([Buffer.from('abcd')]).request, 3)).rejects.toMatchObject({
      type: 'too-large',
    })
    await expect(readBody(requestOf([Buffer.alloc(2 * MEGABYTE)]).request, MEGABYTE)).rejects.toThrow(
      'The request is larger than 1 MB.',
    )
  })

  it('reads on after the limit, so that the client hears of it, but not for ever', async () => {
    const chunks = Array.from({ length: 100 }, () => Buffer.alloc(MEGABYTE))
    const { state, request } = requestOf(chunks)
    await expect(readBody(request, 3 * MEGABYTE)).rejects.toThrow('larger than 3 MB')
    expect(state.read).toBe(36)
  })

  it('inflates nothing', async () => {
    const { state, request } = requestOf([Buffer.from('abc')], { 'content-encoding': 'gzip' })
    await expect(readBody(request, 3)).rejects.toMatchObject({ type: 'unsupported-type' })
    expect(state.read).toBe(0)
  })
})
