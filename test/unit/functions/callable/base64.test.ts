import { MAX_FILE_BYTES } from '@zoidberg/core/contract/limits.ts'
import { describe, expect, it } from 'vitest'
import { imageFromBase64 } from '../../../../functions/src/callable/base64.ts'

describe('imageFromBase64', () => {
  it.each([0, 1, 2, 3])('decodes bytes of any length, padded: 3n + %d', (rest) => {
    const bytes = Buffer.from(Array.from({ length: 300 + rest }, (_, i) => i % 256))
    expect(imageFromBase64(bytes.toString('base64'))).toEqual(bytes)
  })

  it.each([
    ['is empty', '', 'not-an-image'],
    ['is no base64', '****', 'not-an-image'],
    ['has no padding', 'YWI', 'not-an-image'],
    ['has a line break', 'YWJj\nZGVm', 'not-an-image'],
    ['is base64url', 'ab-_', 'not-an-image'],
    ['is a data URL', 'data:image/png;base64,AAAA', 'not-an-image'],
  ])('refuses what %s', (_, text, type) =>
    expect(() => imageFromBase64(text)).toThrow(expect.objectContaining({ type })),
  )

  it('refuses what is over the limit before it decodes it, also if it is no base64', () => {
    const largest = Math.ceil(MAX_FILE_BYTES / 3) * 4
    expect(() => imageFromBase64('*'.repeat(largest + 1))).toThrow(
      expect.objectContaining({ type: 'too-large' }),
    )
    expect(imageFromBase64('A'.repeat(largest)).length).toBeGreaterThanOrEqual(MAX_FILE_BYTES)
  })
})
