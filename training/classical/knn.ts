/** k-nearest neighbours by Euclidean distance, brute force (Cover & Hart 1967). The model is the training samples. */
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Matrix } from '../matrix/matrix.ts'
import { multiplyInBlocks, squaredNorms } from '../matrix/matrix-product.ts'
import { defineAlgorithm } from './algorithm.ts'

/** More candidates than neighbours: single precision finds them, double precision puts them in order. */
const SPARE = 8

export const knn = defineAlgorithm({
  name: 'knn',
  parameters: z.object({
    n_neighbors: z.int().min(1).default(5),
    weights: z.enum(['uniform', 'distance']).default('uniform'),
  }),
  threshold: 0.5,

  fit({ rows, columns, values }, y, { n_neighbors, weights }) {
    if (rows < n_neighbors)
      throw new UsageError(`knn: n_neighbors is ${n_neighbors}, but there are only ${rows} samples.`)
    return { columns, samples: values, labels: y, n_neighbors, weights }
  },

  /** The share of positive neighbours, or of their inverse distances; neighbours at distance 0 then count alone. */
  decide({ columns, samples, labels, n_neighbors: k, weights }, x) {
    const train: Matrix = { rows: labels.length, columns, values: samples }
    const norms = squaredNorms(train)
    const scores = new Float64Array(x.rows)
    const nearest = candidates(Math.min(train.rows, k + SPARE))
    const use = (products: Float32Array, start: number, rows: number) => {
      for (let i = 0; i < rows; i++) {
        nearest.clear()
        // |a - b|² without |a|², which is the same for all.
        for (let j = 0, at = i * train.rows; j < train.rows; j++, at++)
          nearest.offer(j, norms[j] - 2 * products[at])
        const ordered = Array.from(nearest.positions, (position) => ({
          position,
          distance: distance(rowOf(x, start + i), rowOf(train, position)),
        })).sort((a, b) => a.distance - b.distance || a.position - b.position)
        scores[start + i] = vote(ordered.slice(0, k), labels, weights)
      }
    }
    multiplyInBlocks(x, train, { use })
    return scores
  },
})

function vote(
  neighbours: { position: number; distance: number }[],
  labels: Uint8Array,
  weights: string,
): number {
  const identical = neighbours.some(({ distance }) => distance === 0)
  const weightOf = (distance: number) =>
    weights === 'uniform' ? 1 : identical ? Number(distance === 0) : 1 / distance
  let [positive, all] = [0, 0]
  for (const { position, distance } of neighbours) {
    const weight = weightOf(distance)
    all += weight
    positive += weight * labels[position]
  }
  return positive / all
}

const rowOf = ({ columns, values }: Matrix, row: number): Float32Array =>
  values.subarray(row * columns, (row + 1) * columns)

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let c = 0; c < a.length; c++) sum += (a[c] - b[c]) ** 2
  return Math.sqrt(sum)
}

/** The positions with the smallest values that were offered, in no order. */
function candidates(count: number) {
  const positions = new Int32Array(count)
  const values = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  let worst = 0
  return {
    positions,
    clear() {
      values.fill(Number.POSITIVE_INFINITY)
      worst = 0
    },
    offer(position: number, value: number) {
      if (value >= values[worst]) return
      positions[worst] = position
      values[worst] = value
      for (let i = 0; i < count; i++) if (values[i] > values[worst]) worst = i
    },
  }
}
