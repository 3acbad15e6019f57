/**
 * Gradient boosting of oblivious trees: one split for a whole level (Prokhorenkova et al. 2018, "CatBoost: unbiased
 * boosting with categorical features"). Plain boosting, CatBoost's own choice on CPU for data without categories.
 * Splits by the cosine between gradients and leaf values, samples drawn anew for each tree, leaf values by Newton steps.
 */
import { z } from 'zod'
import { createRandom, type Random } from '../random.ts'
import { defineAlgorithm } from './algorithm.ts'
import {
  accumulate,
  BINS,
  type Binned,
  bin,
  LARGEST_SUM,
  LOW,
  pack,
  unpackFirst,
  unpackSecond,
} from './histograms.ts'
import { sigmoid } from './sigmoid.ts'
import { sample } from './subsampling.ts'

const NEWTON_STEPS = 10 // CatBoost's leaf_estimation_iterations for log loss

export const catboost = defineAlgorithm({
  name: 'catboost',
  parameters: z.object({
    iterations: z.int().min(1).default(1000),
    depth: z.int().min(1).max(10).default(6),
    learning_rate: z.number().positive().default(0.03),
    l2_leaf_reg: z.number().min(0).default(3),
    /** Of the samples, for the structure of a tree. */
    subsample: z.number().gt(0).max(1).default(0.8),
    random_seed: z.int().min(0).default(0),
  }),
  threshold: 0.5,

  fit(x, y, { iterations, depth, learning_rate, l2_leaf_reg, subsample, random_seed }) {
    const binned = bin(x)
    const random = createRandom(random_seed)
    const margin = new Float64Array(x.rows)
    const feature = new Int32Array(iterations * depth)
    const border = new Float32Array(iterations * depth)
    const value = new Float64Array(iterations * 2 ** depth)
    for (let t = 0; t < iterations; t++) {
      const state = { y, margin, l2: l2_leaf_reg }
      const { splits, leaf } = growTree(binned, state, { depth, subsample, random })
      const values = leafValues(leaf, 2 ** depth, state).map((v) => learning_rate * v)
      for (let i = 0; i < x.rows; i++) margin[i] += values[leaf[i]]
      value.set(values, t * 2 ** depth)
      splits.forEach((split, level) => {
        feature[t * depth + level] = split.feature
        border[t * depth + level] = split.border
      })
    }
    return { columns: x.columns, depth, feature, border, value }
  },

  /** Probabilities. */
  decide({ columns, depth, feature, border, value }, x) {
    const trees = feature.length / depth
    return Float64Array.from({ length: x.rows }, (_, i) => {
      let margin = 0
      for (let t = 0; t < trees; t++) {
        let leaf = 0
        for (let level = 0; level < depth; level++) {
          const at = t * depth + level
          if (x.values[i * columns + feature[at]] >= border[at]) leaf |= 1 << level
        }
        margin += value[t * 2 ** depth + leaf]
      }
      return sigmoid(margin)
    })
  },
})

type Split = { feature: number; border: number }

/** What every tree is fitted to: labels, the margins of the trees before it, and the regularisation of leaves. */
type BoostingState = { y: Uint8Array; margin: Float64Array; l2: number }

/** The splits of a tree, and the leaf of every sample, those that were not drawn included. */
function growTree(
  { rows, columns, bins, borders }: Binned,
  { y, margin, l2 }: BoostingState,
  { depth, subsample, random }: { depth: number; subsample: number; random: Random },
): { splits: Split[]; leaf: Uint16Array } {
  const drawn = sample(rows, subsample, random)
  const scale = LARGEST_SUM / drawn.length
  const gradient = Float64Array.from(drawn, (i) => pack(scale * (y[i] - sigmoid(margin[i])), 1))
  // Of every count of samples a leaf can have, so that the hot loop divides nothing.
  const inverse = Float64Array.from({ length: drawn.length + 1 }, (_, n) => (n > 0 ? 1 / (n + l2) : 0))
  const weight = inverse.map((v, n) => n * v * v)
  const leaf = new Uint16Array(rows)
  const splits: Split[] = []
  let { order, packed, starts } = groupByLeaf({ drawn, gradient }, leaf, 1)
  const histogram = new Float64Array(BINS)
  const changes: Sums = { along: new Float64Array(BINS), squared: new Float64Array(BINS) }

  for (let level = 0; level < depth; level++) {
    const whole = leafSums({ packed, starts }, { inverse, weight })
    let best = { score: Number.NEGATIVE_INFINITY, feature: 0, bin: -1 }
    for (let feature = 0; feature < columns; feature++) {
      const cuts = borders[feature].length
      if (cuts === 0) continue
      changes.along.fill(0)
      changes.squared.fill(0)
      const column = bins.subarray(feature * rows, (feature + 1) * rows)
      for (let k = 0; k + 1 < starts.length; k++) {
        if (starts[k] === starts[k + 1]) continue
        accumulate(histogram, column, { order, packed, start: starts[k], end: starts[k + 1] })
        addChanges(changes, histogram, { cuts, inverse, weight, total: whole.totals[k] })
      }
      let { along, squared } = whole
      for (let b = 0; b < cuts; b++) {
        along += changes.along[b]
        squared += changes.squared[b]
        const score = along / Math.sqrt(squared + 1e-100)
        if (score > best.score) best = { score, feature, bin: b }
      }
    }
    if (best.bin < 0) break // every feature is constant
    splits.push({ feature: best.feature, border: borders[best.feature][best.bin] })
    const column = bins.subarray(best.feature * rows, (best.feature + 1) * rows)
    for (let i = 0; i < rows; i++) if (column[i] > best.bin) leaf[i] |= 1 << level
    ;({ order, packed, starts } = groupByLeaf({ drawn, gradient }, leaf, 2 ** (level + 1)))
  }
  return { splits, leaf }
}

/** Of every cut of a feature, over all leaves: the sums that the cosine is made of, as they change from cut to cut. */
type Sums = { along: Float64Array; squared: Float64Array }

/** Of a count n of samples, 1 / (n + l2) and n / (n + l2)². */
type CountTables = { inverse: Float64Array; weight: Float64Array }

/** Of the leaves as they are, before any cut: the packed sums of each, and what the cosine is made of. */
function leafSums(
  { packed, starts }: { packed: Float64Array; starts: Int32Array },
  { inverse, weight }: CountTables,
): { totals: Float64Array; along: number; squared: number } {
  const totals = new Float64Array(starts.length - 1)
  let [along, squared] = [0, 0]
  for (let k = 0; k + 1 < starts.length; k++) {
    for (let i = starts[k]; i < starts[k + 1]; i++) totals[k] += packed[i]
    const gradients = unpackFirst(totals[k])
    const count = unpackSecond(totals[k])
    along += gradients * gradients * inverse[count]
    squared += gradients * gradients * weight[count]
  }
  return { totals, along, squared }
}

/** Adds how each cut changes what its neighbour before it makes of a leaf: empty bins change nothing. Empties the histogram. */
function addChanges(
  { along, squared }: Sums,
  histogram: Float64Array,
  { cuts, inverse, weight, total }: CountTables & { cuts: number; total: number },
): void {
  const count = unpackSecond(total)
  const gradients = unpackFirst(total)
  let left = 0
  let a = gradients * gradients * inverse[count]
  let s = gradients * gradients * weight[count]
  for (let b = 0; b < cuts; b++) {
    const sum = histogram[b]
    if (sum === 0) continue
    histogram[b] = 0
    left += sum
    const g = unpackFirst(left)
    const n = left - g * LOW
    const h = gradients - g
    const m = count - n
    const newA = g * g * inverse[n] + h * h * inverse[m]
    const newS = g * g * weight[n] + h * h * weight[m]
    along[b] += newA - a
    squared[b] += newS - s
    a = newA
    s = newS
  }
  histogram[cuts] = 0
}

/** The drawn samples leaf by leaf (a counting sort), and where each leaf starts. */
function groupByLeaf(
  { drawn, gradient }: { drawn: Int32Array; gradient: Float64Array },
  leaf: Uint16Array,
  leaves: number,
) {
  const starts = new Int32Array(leaves + 1)
  for (const i of drawn) starts[leaf[i] + 1]++
  for (let k = 0; k < leaves; k++) starts[k + 1] += starts[k]
  const next = starts.slice()
  const order = new Int32Array(drawn.length)
  const packed = new Float64Array(drawn.length)
  drawn.forEach((i, d) => {
    const at = next[leaf[i]]++
    order[at] = i
    packed[at] = gradient[d]
  })
  return { order, packed, starts }
}

/** Newton's steps on the log loss of each leaf by itself. */
function leafValues(leaf: Uint16Array, leaves: number, { y, margin, l2 }: BoostingState): Float64Array {
  const values = new Float64Array(leaves)
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const [gradient, hessian] = [new Float64Array(leaves), new Float64Array(leaves)]
    for (let i = 0; i < leaf.length; i++) {
      const probability = sigmoid(margin[i] + values[leaf[i]])
      gradient[leaf[i]] += y[i] - probability
      hessian[leaf[i]] += probability * (1 - probability)
    }
    for (let k = 0; k < leaves; k++) values[k] += gradient[k] / (hessian[k] + l2)
  }
  return values
}
