import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '@zoidberg/core/contract/limits.ts'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../../functions/src/guard/parse-json.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('parseJson', () => {
  it.each([
    { data: { image: 'base64', explain: true } },
    { text: 'brackets [[[[, commas ,,, and \\ "quotes" in "text" \\' },
    [],
    'ends with a backslash \\',
    null,
  ])('reads what JSON writes: %j', (value) => {
    expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value)
  })

  it('passes over strings, whatever is in them', () => {
    const text = '["\\[{,'.repeat(2 * MAX_JSON_VALUES)
    expect(parseJson(Buffer.from(JSON.stringify({ text })))).toEqual({ text })
  })

  it('takes the deepest and the most that may be, and refuses one more', () => {
    expect(parseJson(Buffer.from(nested(MAX_JSON_DEPTH)))).toBeTruthy()
    expect(() => parseJson(Buffer.from(nested(MAX_JSON_DEPTH + 1)))).toThrow('nested more than')
    const list = (length: number) => Buffer.from(JSON.stringify(Array(length).fill(1)))
    expect(parseJson(list(MAX_JSON_VALUES))).toHaveLength(MAX_JSON_VALUES)
    expect(() => parseJson(list(MAX_JSON_VALUES + 1))).toThrow('more than')
  })

  it.each([
    ['{"data":{"@type":"x"}}', '@type'],
    ['{"data":[{"deep":{"__proto__":1}}]}', '__proto__'],
  ])('refuses keys that firebase-functions would read: %s', (text, key) => {
    expect(() => parseJson(Buffer.from(text))).toThrow(key)
  })

  it.each(['', '{', '"no end', '{"a":1}x', '\u0000', 'undefined'])(
    'says that %j is no JSON, and no more',
    (text) => {
      expect(() => parseJson(Buffer.from(text))).toThrow(/^The body is no JSON\.$/)
    },
  )

  it('refuses fifty thousand levels before it builds any', () => {
    expect(() => parseJson(Buffer.from(nested(50_000)))).toThrow('nested more than')
  })
})
