/**
 * Linear support vector classification with squared hinge loss, by dual coordinate descent with shrinking
 * (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", algorithms 1 and 3; LIBLINEAR).
 */
import { z } from 'zod'
import { addScaled, dot } from '../matrix/vectors.ts'
import { createRandom } from '../random.ts'
import { defineAlgorithm } from './algorithm.ts'

const LARGEST_MIN_ITER = 2 ** 31 - 1

export const linearSvc = defineAlgorithm({
  name: 'linear-svc',
  parameters: z.object({
    C: z.number().positive().default(1),
    tol: z.number().positive().default(1e-4),
    max_iter: z.int().min(1).max(LARGEST_MIN_ITER).default(1000),
    random_state: z.int().min(0).default(0),
  }),
  threshold: 0,

  /** Minimises ½(|w|² + b²) + C Σ max(0, 1 - y(w·x + b))², the intercept regularised as in scikit-learn. */
  fit({ rows, columns, values: singles }, labels, { C, tol, max_iter, random_state }) {
    const random = createRandom(random_state)
    // Converted once, not at each of the hundreds of visits.
    const values = Float64Array.from(singles)
    const y = Float64Array.from(labels, (label) => (label ? 1 : -1))
    const w = new Float64Array(columns)
    let b = 0
    const alpha = new Float64Array(rows)
    const diagonal = 1 / (2 * C)
    const curvature = Float64Array.from(
      { length: rows },
      (_, i) => diagonal + 1 + squaredNorm(values, i * columns, columns),
    )
    const active = Int32Array.from({ length: rows }, (_, i) => i)
    let size = rows
    let largestBefore = Number.POSITIVE_INFINITY
    let iterations = 0
    for (; iterations < max_iter; iterations++) {
      let [largest, smallest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      shuffleStart(active, size, random.integer)
      for (let s = 0; s < size; s++) {
        const i = active[s]
        const gradient = y[i] * (dot(values, i * columns, w) + b) - 1 + diagonal * alpha[i]
        if (alpha[i] === 0 && gradient > Math.max(largestBefore, 0)) {
          size--
          active[s] = active[size]
          active[size] = i
          s--
          continue
        }
        const projected = alpha[i] === 0 ? Math.min(gradient, 0) : gradient
        largest = Math.max(largest, projected)
        smallest = Math.min(smallest, projected)
        if (Math.abs(projected) <= 1e-12) continue
        const before = alpha[i]
        alpha[i] = Math.max(0, before - gradient / curvature[i])
        const step = (alpha[i] - before) * y[i]
        addScaled(w, step, { values, at: i * columns })
        b += step
      }
      if (largest - smallest <= tol) {
        if (size === rows) break
        // Converged on what is left: look at all samples once more before believing it.
        size = rows
        largestBefore = Number.POSITIVE_INFINITY
      } else largestBefore = largest > 0 ? largest : Number.POSITIVE_INFINITY
    }
    return { columns, weights: w, intercept: b, iterations }
  },

  decide: ({ weights, intercept }, { rows, columns, values }) =>
    Float64Array.from({ length: rows }, (_, i) => dot(values, i * columns, weights) + intercept),
})

function squaredNorm(values: Float64Array, at: number, length: number): number {
  let sum = 0
  for (let j = 0; j < length; j++) sum += values[at + j] * values[at + j]
  return sum
}

function shuffleStart(order: Int32Array, size: number, integer: (below: number) => number): void {
  for (let i = 0; i < size; i++) {
    const j = i + integer(size - i)
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
}
