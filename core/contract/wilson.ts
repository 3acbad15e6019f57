/** The interval of a share that was counted. Safe in a browser. */

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959964

/**
 * Computes Wilson's score interval (Wilson 1927), which is no point at none and at all.
 *
 * @param share in [0, 1]
 * @param n how many it is of, from 1 on
 * @returns a 95 % interval within [0, 1]
 */
export function wilson(share: number, n: number): [low: number, high: number] {
  const middle = share + Z ** 2 / (2 * n)
  const reach = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))
  const whole = 1 + Z ** 2 / n
  return [Math.max(0, (middle - reach) / whole), Math.min(1, (middle + reach) / whole)]
}
