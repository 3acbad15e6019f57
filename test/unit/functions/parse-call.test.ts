import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseCall } from '../../../functions/src/parse-call.ts'

const schema = z.strictObject({ name: z.string(), percent: z.number().max(100).default(5) })

describe('parseCall', () => {
  it('gives the data with its defaults', () => {
    expect(parseCall(schema, { name: 'one' })).toEqual({ name: 'one', percent: 5 })
  })

  it('takes null for left out, as the web SDK sends it', () => {
    expect(parseCall(schema, { name: 'one', percent: null, more: null })).toEqual({ name: 'one', percent: 5 })
  })

  it('names every field that is wrong, in one line', () => {
    const wrong = () => parseCall(schema, { percent: 101, more: 1 })
    expect(wrong).toThrow(expect.objectContaining({ type: 'bad-request' }))
    expect(wrong).toThrow(/^The call is not valid: (?=.*name)(?=.*percent)(?=.*more).*$/)
  })

  it.each([undefined, null, 'text', 7, []])('refuses %j', (data) =>
    expect(() => parseCall(schema, data)).toThrow(expect.objectContaining({ type: 'bad-request' })),
  )
})
