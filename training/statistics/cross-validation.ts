/** How the figures of several folds become one line. Networks and classical algorithms share it. */
import { mean, standardDeviation } from './descriptive.ts'

/**
 * Summarises a figure over the folds of a cross-validation.
 *
 * @param folds the figure of each fold
 * @returns the mean, and the standard deviation over folds as that of a sample (n - 1)
 */
export const summarizeFolds = (folds: readonly number[]): { mean: number; std: number } => ({
  mean: mean(folds),
  std: standardDeviation(folds),
})
