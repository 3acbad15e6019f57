/**
 * A token bucket: it fills at an even rate up to what a minute gives, and each image takes a token
 * (Turner 1986; RFC 2697 uses the same). Pure.
 */

/** @property at when the tokens were counted, in milliseconds since 1970 */
export type Bucket = { tokens: number; at: number }

/**
 * What became of a request for tokens: all of them, or none and the seconds after which they would be there.
 */
export type Taken = { granted: true } | { granted: false; retryAfter: number }

/** @property perMinute the rate, and what the full bucket holds */
export type TakeOptions = { count: number; perMinute: number; now: number }

/**
 * Takes tokens from a bucket. One that nobody has used is full.
 *
 * @returns what became of it, and the bucket after it
 */
export function take(
  bucket: Bucket | undefined,
  { count, perMinute, now }: TakeOptions,
): { taken: Taken; after: Bucket } {
  const { tokens, at } = bucket ?? { tokens: perMinute, at: now }
  const there = Math.min(perMinute, tokens + (Math.max(0, now - at) * perMinute) / 60_000)
  const missing = Math.min(count, perMinute) - there
  if (missing <= 0) return { taken: { granted: true }, after: { tokens: there - count, at: now } }
  const retryAfter = Math.ceil((60 * missing) / perMinute)
  return { taken: { granted: false, retryAfter }, after: { tokens: there, at: now } }
}
