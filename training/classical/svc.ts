/**
 * Support vector classification by sequential minimal optimisation, the working set chosen by second-order information
 * (Fan, Chen & Lin 2005, "Working set selection using second order information"; LIBSVM, section 4).
 */
import { type Tensor2D, tensor1d } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { type Matrix, selectRows } from '../matrix/matrix.ts'
import { type MapBlock, multiplyInBlocks, squaredNorms, type UseBlock } from '../matrix/matrix-product.ts'
import { addScaled, dot } from '../matrix/vectors.ts'
import { defineAlgorithm } from './algorithm.ts'

/** The whole kernel matrix is kept in single precision: 1 GiB at this number of samples. */
export const MAX_SAMPLES = 16_384
const TINY = 1e-12

export const svc = defineAlgorithm({
  name: 'svc',
  parameters: z.object({
    C: z.number().positive().default(1),
    kernel: z.enum(['linear', 'rbf']).default('rbf'),
    gamma: z.union([z.enum(['scale', 'auto']), z.number().positive()]).default('scale'),
    tol: z.number().positive().default(1e-3),
    max_iter: z.int().min(-1).default(-1),
  }),
  threshold: 0,

  fit(x, labels, { C, kernel, gamma: wanted, tol, max_iter }) {
    if (x.rows > MAX_SAMPLES)
      throw new UsageError(
        `svc takes ${MAX_SAMPLES} samples at most, not ${x.rows}: its kernel grows with the square.`,
      )
    const gamma = resolveGamma(wanted, x)
    const y = Int8Array.from(labels, (label) => (label ? 1 : -1))
    const limit = max_iter === -1 ? Number.POSITIVE_INFINITY : max_iter
    const matrix = kernelMatrix(x, { kernel, gamma })
    const { alpha, rho, iterations } = optimise(matrix, y, { C, tol, limit })
    const support = Array.from(alpha.keys()).filter((i) => alpha[i] > 0)
    const coefficients = Float64Array.from(support, (i) => alpha[i] * y[i])
    const vectors = selectRows(x, support)
    const common = {
      columns: x.columns,
      kernel,
      gamma,
      intercept: -rho,
      iterations,
    }
    // A linear kernel's support vectors add up to one vector of weights: predicting no longer depends on their number.
    if (kernel === 'rbf') return { ...common, coefficients, vectors: vectors.values }
    const weights = new Float64Array(x.columns)
    support.forEach((_, s) =>
      addScaled(weights, coefficients[s], { values: vectors.values, at: s * x.columns }),
    )
    return { ...common, coefficients: weights, vectors: new Float32Array(0) }
  },

  decide({ columns, kernel, gamma, intercept, coefficients, vectors }, x) {
    const scores = new Float64Array(x.rows)
    if (kernel === 'linear') return scores.map((_, i) => dot(x.values, i * columns, coefficients) + intercept)
    const support = { rows: coefficients.length, columns, values: vectors }
    const use: UseBlock = (block, start, rows) => {
      for (let i = 0; i < rows; i++)
        scores[start + i] = dot(block, i * support.rows, coefficients) + intercept
    }
    kernelBlocks(x, support, { kernel, gamma, use })
    return scores
  },
})

function resolveGamma(gamma: number | 'scale' | 'auto', { columns, values }: Matrix): number {
  if (typeof gamma === 'number') return gamma
  if (gamma === 'auto') return 1 / columns
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const variance = squares / values.length - (sum / values.length) ** 2
  return variance > 0 ? 1 / (columns * variance) : 1
}

type Kernel = { kernel: 'linear' | 'rbf'; gamma: number }

/** Hands out the kernel of every row of `a` with every row of `b`, in blocks of rows. */
function kernelBlocks(a: Matrix, b: Matrix, { kernel, gamma, use }: Kernel & { use: UseBlock }): void {
  if (kernel === 'linear') {
    multiplyInBlocks(a, b, { use })
    return
  }
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)]
  const map: MapBlock = (product, start, rows) =>
    product
      .mul(-2)
      .add(tensor1d(normsB))
      .add(tensor1d(normsA.subarray(start, start + rows)).reshape([rows, 1]))
      .mul(-gamma)
      .exp() as Tensor2D
  multiplyInBlocks(a, b, { use, map })
}

function kernelMatrix(x: Matrix, kernel: Kernel): Float32Array {
  const whole = new Float32Array(x.rows * x.rows)
  kernelBlocks(x, x, { ...kernel, use: (block, start) => whole.set(block, start * x.rows) })
  return whole
}

/** Minimises ½ αᵀQα - Σα with 0 <= α <= C and yᵀα = 0, where Q[i][j] = y[i] y[j] K[i][j]. */
function optimise(
  kernel: Float32Array,
  y: Int8Array,
  { C, tol, limit }: { C: number; tol: number; limit: number },
) {
  const n = y.length
  const alpha = new Float64Array(n)
  const gradient = new Float64Array(n).fill(-1)
  // By itself: in the matrix, neighbours on the diagonal are a row apart.
  const diagonal = Float64Array.from(y, (_, i) => kernel[i * n + i])
  const isUp = (i: number) => (y[i] > 0 ? alpha[i] < C : alpha[i] > 0)
  const isLow = (i: number) => (y[i] > 0 ? alpha[i] > 0 : alpha[i] < C)
  let iterations = 0
  for (; iterations < limit; iterations++) {
    let [i, largest] = [-1, Number.NEGATIVE_INFINITY]
    for (let t = 0; t < n; t++) {
      const value = -y[t] * gradient[t]
      if (value >= largest && isUp(t)) {
        largest = value
        i = t
      }
    }
    let [j, smallest, best] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    const rowI = i * n
    for (let t = 0; t < n; t++) {
      if (!isLow(t)) continue
      const value = -y[t] * gradient[t]
      if (value < smallest) smallest = value
      const violation = largest - value
      if (violation <= 0) continue
      const curvature = diagonal[i] + diagonal[t] - 2 * kernel[rowI + t]
      const gain = -(violation * violation) / Math.max(curvature, TINY)
      if (gain <= best) {
        best = gain
        j = t
      }
    }
    if (i < 0 || j < 0 || largest - smallest < tol) break

    const rowJ = j * n
    const curvature = Math.max(diagonal[i] + diagonal[j] - 2 * kernel[rowI + j], TINY)
    // Along the direction that keeps yᵀα: α[i] moves by y[i]·step, α[j] by -y[j]·step.
    const step = Math.min(
      (-y[i] * gradient[i] + y[j] * gradient[j]) / curvature,
      y[i] > 0 ? C - alpha[i] : alpha[i],
      y[j] > 0 ? alpha[j] : C - alpha[j],
    )
    alpha[i] += y[i] * step
    alpha[j] -= y[j] * step
    for (let t = 0; t < n; t++) gradient[t] += y[t] * step * (kernel[rowI + t] - kernel[rowJ + t])
  }
  return { alpha, rho: offset({ alpha, gradient }, y, C), iterations }
}

/** The mean of y·gradient over free support vectors, or the middle of what the bounds allow. */
function offset(
  { alpha, gradient }: { alpha: Float64Array; gradient: Float64Array },
  y: Int8Array,
  C: number,
): number {
  let [free, sum, upper, lower] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < y.length; i++) {
    const value = y[i] * gradient[i]
    if (alpha[i] > 0 && alpha[i] < C) {
      free++
      sum += value
    } else if ((alpha[i] === 0) === y[i] > 0) upper = Math.min(upper, value)
    else lower = Math.max(lower, value)
  }
  return free > 0 ? sum / free : (upper + lower) / 2
}
