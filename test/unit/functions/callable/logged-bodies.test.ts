import { describe, expect, it, vi } from 'vitest'
import { withoutLoggedBodies } from '../../../../functions/src/callable/logged-bodies.ts'

describe('withoutLoggedBodies', () => {
  const callable = Object.assign(
    vi.fn((request: { body?: unknown }, _response?: object) => request.body),
    { __endpoint: { platform: 'gcfv2' } },
  )
  const guarded = withoutLoggedBodies(callable)
  it.each([
    ['an X-ray that is no call', { image: 'base64' }, {}],
    ['a call with more than its data', { data: {}, image: 'base64' }, {}],
    ['data under another name', { Data: { image: 'base64' } }, {}],
    ['a list', ['base64'], {}],
    ['a call', { data: { image: 'base64' } }, { data: { image: 'base64' } }],
    ['nothing', undefined, undefined],
    ['null', null, null],
  ])('shows the platform, which logs what it refuses, of %s', (_, body, shown) => {
    expect(guarded({ body })).toEqual(shown)
  })
  it('leaves bytes to the platform, which refuses them unseen', () => {
    const body = Buffer.from('an X-ray')
    expect(guarded({ body })).toBe(body)
  })
  it('hands on every argument, and what the callable returns', () => {
    const response = {}
    expect(guarded({ body: { data: 1 } }, response)).toEqual({ data: 1 })
    expect(callable).toHaveBeenLastCalledWith({ body: { data: 1 } }, response)
  })
  it('stays what it was to whoever deploys it', () => expect(guarded.__endpoint.platform).toBe('gcfv2'))
})
