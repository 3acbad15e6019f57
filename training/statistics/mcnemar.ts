/** McNemar's test (1947) of two classifiers on the same images. */

/** Computes the logarithms of n! for n up to `most`. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1] + Math.log(n)
  return logs
}

/**
 * Computes the exact two-sided p-value, as statsmodels' `mcnemar(exact=True)`: how likely a fair coin splits the images
 * that only one of the two got right at least as unevenly.
 *
 * @param onlyFirst how many images only the first classifier got right
 * @param onlySecond how many images only the second one got right
 * @returns a probability in (0, 1]; 1 if the two never differ
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond
  const logs = logFactorials(n)
  let tail = 0
  for (let k = 0; k <= Math.min(onlyFirst, onlySecond); k++)
    tail += Math.exp(logs[n] - logs[k] - logs[n - k] - n * Math.LN2)
  return Math.min(1, 2 * tail)
}
