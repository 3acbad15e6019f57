/** Shares, and whether one is higher than another beyond chance. Pure. */

/** How often something happened, of how many times it could have. */
export type Share = { of: number; count: number }

/** Fewer say nothing, however few times it could have happened. */
const LEAST = 5
/** One chance in 30,000 for one look; looks at sums that grow are hardly independent of each other. */
const Z_LIMIT = 4

/**
 * Compares two shares by the pooled z-test of two proportions, one-sided.
 *
 * @returns whether the first is higher than chance explains
 */
export function isHigher(one: Share, other: Share): boolean {
  if (one.count < LEAST || other.of === 0) return false
  const pooled = (one.count + other.count) / (one.of + other.of)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
  const difference = one.count / one.of - other.count / other.of
  return spread > 0 && difference / spread > Z_LIMIT
}
