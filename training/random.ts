/** Seeded random numbers: the same seed draws the same numbers on every machine. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export type Random = {
  /** Draws uniformly from [low, high), by default from [0, 1). */
  uniform(low?: number, high?: number): number
  /** Draws an integer uniformly from [0, below). */
  integer(below: number): number
  /** Draws from the standard normal distribution, by Box and Muller (1958). */
  normal(): number
  /** Shuffles in place and returns what it was given (Fisher and Yates). */
  shuffle<T extends { length: number; [i: number]: unknown }>(values: T): T
}

/**
 * Makes a generator of its own for each seed.
 *
 * @param seed one number, or several that name a stream, such as seed, epoch and image
 * @returns a generator whose numbers nothing but the seed decides
 */
export function createRandom(...seed: number[]): Random {
  const generator = xoroshiro128plus(seed.reduce((hash, part) => mix(hash ^ part), 0x9e3779b9))
  const uniform = (low = 0, high = 1) => low + ((generator.next() >>> 0) / 2 ** 32) * (high - low)
  const integer = (below: number) => Math.floor(uniform() * below)
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(values) {
      const array = values as unknown as unknown[]
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const swap = array[i]
        array[i] = array[j]
        array[j] = swap
      }
      return values
    },
  }
}

/** Finaliser of MurmurHash3: neighbouring seeds start far apart. */
function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
