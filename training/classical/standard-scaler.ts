/** scikit-learn's StandardScaler: mean 0 and variance 1 for every feature, fitted on the training part only. */
import type { Matrix } from '../matrix/matrix.ts'

export type Scaler = { mean: Float64Array; scale: Float64Array }

/**
 * Fits a scaler to samples. Constant features get scale 1, as in scikit-learn, so that they become 0 instead of NaN.
 *
 * @returns the mean and the standard deviation (divided by n) of every feature
 */
export function fitScaler({ rows, columns, values }: Matrix): Scaler {
  const mean = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) mean[j] += values[at] / rows
  const variance = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) variance[j] += (values[at] - mean[j]) ** 2 / rows
  // Rounding leaves a constant feature a variance of about the square of its last digit.
  const isConstant = (j: number) => variance[j] <= rows * Number.EPSILON * mean[j] ** 2
  return { mean, scale: variance.map((v, j) => (v === 0 || isConstant(j) ? 1 : Math.sqrt(v))) }
}

/** @returns samples with every feature moved and scaled */
export function scale({ mean, scale: deviation }: Scaler, { rows, columns, values }: Matrix): Matrix {
  const scaled = new Float32Array(values.length)
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) scaled[at] = (values[at] - mean[j]) / deviation[j]
  return { rows, columns, values: scaled }
}
