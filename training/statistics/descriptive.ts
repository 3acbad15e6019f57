/** Means, spreads and quantiles. Every part of training takes them from here, so that one name means one formula. */

/**
 * Computes the arithmetic mean.
 *
 * @param values in any unit
 * @returns in the same unit; NaN of no value
 */
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

const squaredDeviations = (values: readonly number[]): number => {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
}

/**
 * Estimates the standard deviation of what the values are a sample of: the sum of squares is divided by n - 1, because
 * the mean is estimated from the same values (Bessel's correction). Folds of a cross-validation are such a sample.
 *
 * @param values in any unit
 * @returns in the same unit, from 0 on; 0 of a single value
 */
export const standardDeviation = (values: readonly number[]): number =>
  Math.sqrt(squaredDeviations(values) / Math.max(1, values.length - 1))

/**
 * Computes the variance of values that are all there are: the sum of squares is divided by n.
 *
 * @param values in any unit
 * @returns in that unit squared, from 0 on; NaN of no value
 */
export const populationVariance = (values: readonly number[]): number =>
  squaredDeviations(values) / values.length

/**
 * Finds a quantile as the value of the nearest rank, without interpolation.
 *
 * @param sorted in ascending order
 * @param share from 0 for the smallest to 1 for the largest
 * @returns one of the values; NaN of no value
 */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN

/**
 * Computes the median.
 *
 * @param values in any order, at least one
 * @returns the middle one, or the mean of the two in the middle
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
}
