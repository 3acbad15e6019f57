/** Seeded random numbers: the same seed draws the same numbers on every machine. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export type Random = {
  /** Uniform in [0, 1). */
  uniform(low?: number, high?: number): number
  /** Uniform integer in [0, below). */
  integer(below: number): number
  /** Standard normal, by Box and Muller (1958). */
  normal(): number
  shuffle<T extends { length: number; [i: number]: unknown }>(values: T): T
}

/** A generator of its own for each seed; several numbers name a stream (seed, epoch, image). */
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
