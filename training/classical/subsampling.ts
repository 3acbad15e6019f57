import type { Random } from '../random.ts'

/** A random share of 0..n-1 without repetition, ascending; at least one. */
export function sample(n: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i)
  if (share >= 1) return all
  return random
    .shuffle(all)
    .slice(0, Math.max(1, Math.floor(share * n)))
    .sort()
}
