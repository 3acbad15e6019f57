/** The weights of a tfjs graph model as numbers. */
import type { io } from '@tensorflow/tfjs-core'

export type Weight = { shape: number[]; values: Float32Array | Int32Array }

/** @returns a half-precision number (IEEE 754 binary16) as a number; Node 22 has no Float16Array yet */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

let table: Float32Array | undefined

/**
 * By a table of all 65,536 halves: a million of them one by one took 0.2 s.
 *
 * @returns half-precision numbers in full precision
 */
export function fromHalves(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half))
  const values = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i]]
  return values
}

/**
 * @param data all shards, one after the other
 * @returns the weights by name, in full precision
 * @throws Error naming a weight of a type that our graphs never have, or bytes that are missing
 */
export function readWeights(
  specs: readonly io.WeightsManifestEntry[],
  data: ArrayBuffer,
): Map<string, Weight> {
  let offset = 0
  /** As many numbers of so many bytes each, from where the last weight ended. */
  const take = (count: number, size: number): ArrayBuffer => {
    if (offset + count * size > data.byteLength) throw new Error('the weights end too early')
    offset += count * size
    return data.slice(offset - count * size, offset)
  }
  return new Map(
    specs.map(({ name, shape, dtype, quantization }): [string, Weight] => {
      const count = shape.reduce((a, b) => a * b, 1)
      if (quantization?.dtype === 'float16')
        return [name, { shape, values: fromHalves(new Uint16Array(take(count, 2))) }]
      if (quantization || (dtype !== 'float32' && dtype !== 'int32'))
        throw new Error(`weight ${name} is of a type that is not known here`)
      const bytes = take(count, 4)
      return [name, { shape, values: dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes) }]
    }),
  )
}
