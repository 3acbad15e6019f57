/** A classifier on disk: numbers in `model.json`, arrays in `model.bin`. Data only, so opening one runs nothing. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { createRun, replaceFile } from '../run/folder.ts'
import type { Fitted } from './algorithm.ts'
import type { Classifier } from './classifier.ts'

const SCHEMA = 1
const TYPES = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const
type TypedArray = InstanceType<(typeof TYPES)[keyof typeof TYPES]>

const headerSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  algorithm: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  values: z.record(z.string(), z.union([z.number(), z.string()])),
  arrays: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(['float32', 'float64', 'int32', 'uint8']),
      length: z.int().min(0),
    }),
  ),
  sha256: z.string(),
})
type Header = z.infer<typeof headerSchema>

/**
 * Writes a classifier into a folder, which is made if it is not there.
 *
 * @returns the size of the two files, in bytes
 */
export async function saveClassifier(folder: string, classifier: Classifier): Promise<number> {
  const { algorithm, parameters, scaler, model } = classifier
  const entries = Object.entries<Fitted[string]>({ ...model, mean: scaler.mean, scale: scaler.scale })
  const arrays = entries.filter((entry): entry is [string, TypedArray] => typeof entry[1] === 'object')
  const values = Object.fromEntries(entries.filter(([, value]) => typeof value !== 'object'))
  const data = Buffer.concat(
    arrays.map(([, array]) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  )
  const header = {
    schema: SCHEMA,
    algorithm,
    parameters,
    values,
    arrays: arrays.map(([name, array]) => ({ name, type: typeOf(array), length: array.length })),
  }
  const text = JSON.stringify({ ...header, sha256: digest(header, data) }, null, 2)
  await createRun(folder)
  await replaceFile(join(folder, 'model.bin'), data)
  await replaceFile(join(folder, 'model.json'), text)
  return data.length + text.length
}

/**
 * Reads what `saveClassifier` wrote.
 *
 * @returns the classifier
 * @throws UsageError for a folder without a classifier, and for one that is newer, cut off or changed
 */
export async function loadClassifier(folder: string): Promise<Classifier> {
  const [text, data] = await Promise.all([
    readFile(join(folder, 'model.json'), 'utf8'),
    readFile(join(folder, 'model.bin')),
  ]).catch(() => {
    throw new UsageError(`${folder} holds no saved classifier.`)
  })
  const { sha256, ...header } = parseHeader(folder, text)
  const bytes = header.arrays.map(({ type, length }) => length * TYPES[type].BYTES_PER_ELEMENT)
  if (bytes.reduce((a, b) => a + b, 0) !== data.length)
    throw new UsageError(`${folder}/model.bin is cut off or too long.`)
  if (digest(header, data) !== sha256) throw new UsageError(`${folder} was changed after it was saved.`)
  let at = 0
  const arrays = header.arrays.map(({ name, type }, i) => {
    const copy = new Uint8Array(data.subarray(at, at + bytes[i]))
    at += bytes[i]
    return [name, new TYPES[type](copy.buffer)]
  })
  const { mean, scale, ...model } = { ...header.values, ...Object.fromEntries(arrays) }
  return { algorithm: header.algorithm, parameters: header.parameters, scaler: { mean, scale }, model }
}

function parseHeader(folder: string, text: string): Header {
  try {
    const value = JSON.parse(text)
    if (value?.schema > SCHEMA)
      throw new UsageError(`${folder} was saved by a newer version (schema ${value.schema}).`)
    return headerSchema.parse(value)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${folder}/model.json is no header of a classifier.`)
  }
}

const typeOf = (array: TypedArray) =>
  Object.entries(TYPES).find(([, type]) => array instanceof type)?.[0] as Header['arrays'][number]['type']

const digest = (header: object, data: Uint8Array): string =>
  createHash('sha256').update(JSON.stringify(header)).update(data).digest('hex')
