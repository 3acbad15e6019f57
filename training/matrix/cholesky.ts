/**
 * Cholesky factors of symmetric matrices in double precision, and what they solve. All matrices are n x n, row by row.
 */

/**
 * Factorises a matrix as L Lᵀ.
 *
 * @param matrix symmetric; only its lower triangle is read
 * @param n how many rows it has
 * @returns the lower triangle L; undefined if the matrix is not positive definite
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k]
      if (i === j) {
        if (sum <= 0) return undefined
        factor[i * n + i] = Math.sqrt(sum)
      } else factor[i * n + j] = sum / factor[j * n + j]
    }
  return factor
}

/**
 * Solves L x = b in place.
 *
 * @param factor the lower triangle L
 * @param n how many rows it has
 * @param b becomes x
 * @returns `b`
 */
export function solveLower(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k]
    b[i] = sum / factor[i * n + i]
  }
  return b
}

/**
 * Solves Lᵀ x = b in place.
 *
 * @param factor the lower triangle L
 * @param n how many rows it has
 * @param b becomes x
 * @returns `b`
 */
export function solveUpper(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= factor[i * n + i]
    for (let k = 0; k < i; k++) b[k] -= factor[i * n + k] * b[i]
  }
  return b
}

/**
 * Inverts L Lᵀ.
 *
 * @param factor the lower triangle L
 * @param n how many rows it has
 * @returns the lower triangle of the inverse
 */
export function inverseOf(factor: Float64Array, n: number): Float64Array {
  // Columns of L⁻¹, kept as rows so that the products below run along memory.
  const columns = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    columns[j * n + j] = 1 / factor[j * n + j]
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= factor[i * n + k] * columns[j * n + k]
      columns[j * n + i] = sum / factor[i * n + i]
    }
  }
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += columns[i * n + k] * columns[j * n + k]
      inverse[i * n + j] = sum
    }
  return inverse
}
