/** A search space of one's own, in a file, in place of the one that a network declares. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { assertSpace, type Space } from './space.ts'

const value = z.union([z.number(), z.string()])
const when = z.strictObject({ name: z.string(), in: z.array(value).min(1) }).optional()
const dimension = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('integer'),
    low: z.int(),
    high: z.int(),
    step: z.int().min(1).optional(),
    when,
  }),
  z.strictObject({
    type: z.literal('float'),
    low: z.number(),
    high: z.number(),
    scale: z.enum(['linear', 'log']).optional(),
    when,
  }),
  z.strictObject({ type: z.literal('choice'), values: z.array(value).min(1), when }),
])
const file = z.record(z.string(), dimension)

/**
 * Reads a space: `{"learningRate": {"type": "float", "low": 1e-4, "high": 1e-2, "scale": "log"}}`. Types are integer, float
 * and choice.
 *
 * @param path of a JSON file
 * @param known names of what may be searched
 * @returns at least one dimension, in the order of the file
 * @throws UsageError naming the file, and the dimension that is wrong or unknown
 */
export async function readSpace(path: string, known: readonly string[]): Promise<Space> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new UsageError(`${path} cannot be read: ${error.code}.`)
  })
  const space = parse(path, text)
  const names = Object.keys(space)
  if (names.length === 0) throw new UsageError(`${path} names nothing to search.`)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown)
    throw new UsageError(`${path}: there is no setting "${unknown}"; there are ${known.join(', ')}.`)
  assertSpace(space)
  return space
}

function parse(path: string, text: string): Space {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${(error as Error).message}`)
  }
  const result = file.safeParse(json)
  if (result.success) return result.data as Space
  const [{ path: where, message }] = result.error.issues
  throw new UsageError(`${path}: ${where.join('.')}: ${message}`)
}
