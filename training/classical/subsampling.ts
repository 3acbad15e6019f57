/** Random parts of samples and features. */
import type { Random } from '../random.ts'

/**
 * Draws without repetition.
 *
 * @param n draws from 0..n-1
 * @param share of them, in (0, 1]
 * @returns positions, ascending; at least one
 */
export function sample(n: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i)
  if (share >= 1) return all
  return random
    .shuffle(all)
    .slice(0, Math.max(1, Math.floor(share * n)))
    .sort()
}
