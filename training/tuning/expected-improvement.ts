/**
 * Logarithm of the expected improvement, stable where the improvement underflows (Ament et al. 2023, LogEI, appendix
 * A).
 */

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)

/**
 * Computes the logarithm of the expected improvement.
 *
 * @param mean of the prediction
 * @param deviation of the prediction, above 0
 * @param best to be improved on; larger is better
 * @returns any number; finite where the improvement itself would round to 0
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  const z = (mean - best) / deviation
  return Math.log(deviation) + logH(z)
}

/** Below, the direct formula loses digits to cancellation. */
const TAIL = -3

/** log(φ(z) + z Φ(z)). */
function logH(z: number): number {
  if (z > TAIL) return Math.log(density(z) + z * cumulative(z))
  // With t = -z: Φ(z) = φ(z) / (t + 1 / rest), so that φ(z) - t Φ(z) = φ(z) / (1 + t rest).
  const t = -z
  return -0.5 * z * z - LOG_SQRT_2PI - Math.log1p(t * tailFraction(t, 2))
}

/** Laplace's continued fraction of Mills' ratio from its k-th numerator on: t + k / (t + (k + 1) / (t + …)). */
function tailFraction(t: number, k: number): number {
  let fraction = t
  for (let j = 60; j >= k; j--) fraction = t + j / fraction
  return fraction
}

const density = (z: number): number => Math.exp(-0.5 * z * z - LOG_SQRT_2PI)

/**
 * Computes Φ(z) by Marsaglia's series (2004, JSS 11:4) near 0 and Laplace's continued fraction in the tails.
 *
 * @returns the probability in (0, 1) that a standard normal number is at most z
 */
export function cumulative(z: number): number {
  const x = Math.abs(z)
  if (x < 3) {
    let [sum, term] = [x, x]
    for (let k = 3; term > 1e-17 * sum && k < 200; k += 2) {
      term *= (x * x) / k
      sum += term
    }
    const upper = 0.5 + sum * density(x)
    return z > 0 ? upper : 1 - upper
  }
  const tail = density(x) / tailFraction(x, 1)
  return z > 0 ? 1 - tail : tail
}
