import { describe, expect, it } from 'vitest'
import { type Bucket, take } from '../../../../functions/src/serving/token-bucket.ts'

describe('a token bucket', () => {
  it('gives what a minute holds at once, and then at an even rate', () => {
    let bucket: Bucket | undefined
    const ask = (count: number, now: number) => {
      const { taken, after } = take(bucket, { count, perMinute: 60, now })
      bucket = after
      return taken
    }
    expect(ask(60, 0)).toEqual({ granted: true })
    expect(ask(1, 0)).toEqual({ granted: false, retryAfter: 1 })
    expect(ask(10, 4000)).toEqual({ granted: false, retryAfter: 6 })
    expect(ask(10, 10_000)).toEqual({ granted: true })
    expect(ask(61, 3_600_000)).toEqual({ granted: true }) // more than it ever holds: then a full one will do
    expect(ask(1, 3_600_000)).toEqual({ granted: false, retryAfter: 2 })
  })

  it('does not mind a clock that goes back', () => {
    const { taken } = take({ tokens: 5, at: 10_000 }, { count: 5, perMinute: 60, now: 0 })
    expect(taken).toEqual({ granted: true })
  })
})
