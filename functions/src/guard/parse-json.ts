import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '@zoidberg/core/contract/limits.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'

const [QUOTE, BACKSLASH, COMMA, OPENING_LIST, CLOSING_LIST, OPENING_OBJECT, CLOSING_OBJECT] = [
  ...'"\\,[]{}',
].map((letter) => letter.charCodeAt(0))
/** firebase-functions decodes the first, and logs what it cannot decode; the second is no name for a key. */
const FORBIDDEN_KEYS = new Set(['@type', '__proto__'])

/**
 * Parses JSON from outside. Its depth and its number of values are counted before anything is built of it, strings being
 * passed over.
 *
 * @throws ZoidbergError bad-request for what is no JSON, too deep, has too many values, or a key that may not be
 */
export function parseJson(bytes: Buffer): unknown {
  assertBounded(bytes)
  let hasForbiddenKey = false
  const parsed = parse(bytes.toString(), (key, value) => {
    hasForbiddenKey ||= FORBIDDEN_KEYS.has(key)
    return value
  })
  if (hasForbiddenKey)
    throw new ZoidbergError('bad-request', `No key of JSON may be ${[...FORBIDDEN_KEYS].join(' or ')} here.`)
  return parsed
}

function parse(text: string, reviver: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch {
    throw new ZoidbergError('bad-request', 'The body is no JSON.')
  }
}

function assertBounded(bytes: Buffer): void {
  let [depth, values] = [0, 0]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) i = endOfString(bytes, i)
    else if (byte === COMMA) values++
    else if (byte === CLOSING_LIST || byte === CLOSING_OBJECT) depth--
    else if (byte === OPENING_LIST || byte === OPENING_OBJECT) {
      depth++
      values++
    }
    if (depth > MAX_JSON_DEPTH)
      throw new ZoidbergError('bad-request', `The JSON is nested more than ${MAX_JSON_DEPTH} deep.`)
    if (values > MAX_JSON_VALUES)
      throw new ZoidbergError('bad-request', `The JSON has more than ${MAX_JSON_VALUES} values.`)
  }
}

/** @returns where the string ends that starts here; the end of all bytes if it does not end */
function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let backslashes = 0
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return bytes.length
}
