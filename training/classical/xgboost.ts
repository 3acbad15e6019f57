/**
 * Gradient-boosted trees with second-order gain on histograms, grown level by level
 * (Chen & Guestrin 2016, "XGBoost: A scalable tree boosting system", sections 2 and 3).
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
  type PackedSamples,
  pack,
  unpackFirst,
  unpackSecond,
} from './histograms.ts'
import { logit, sigmoid } from './sigmoid.ts'
import { sample } from './subsampling.ts'

const share = z.number().gt(0).max(1)

export const xgboost = defineAlgorithm({
  name: 'xgboost',
  parameters: z.object({
    n_estimators: z.int().min(1).default(100),
    max_depth: z.int().min(1).max(16).default(6),
    learning_rate: z.number().positive().default(0.3),
    subsample: share.default(1),
    colsample_bytree: share.default(1),
    lambda: z.number().min(0).default(1),
    gamma: z.number().min(0).default(0),
    min_child_weight: z.number().min(0).default(1),
    random_state: z.int().min(0).default(0),
  }),
  threshold: 0.5,

  fit(x, y, parameters) {
    const binned = bin(x)
    const random = createRandom(parameters.random_state)
    const base = logit(y.reduce((sum, label) => sum + label, 0) / y.length)
    const margin = new Float64Array(x.rows).fill(base)
    const trees: Node[][] = []
    for (let t = 0; t < parameters.n_estimators; t++) {
      const tree = growTree(binned, { y, margin, random }, parameters)
      trees.push(tree)
      for (let i = 0; i < x.rows; i++) {
        let at = 0
        while (tree[at].feature >= 0) {
          const { feature, bin: last, left } = tree[at]
          at = left + (binned.bins[feature * x.rows + i] > last ? 1 : 0)
        }
        margin[i] += tree[at].value
      }
    }
    const nodes = trees.flat()
    return {
      columns: x.columns,
      base,
      nodesPerTree: Int32Array.from(trees, (tree) => tree.length),
      /** -1 in a leaf. */
      feature: Int32Array.from(nodes, ({ feature }) => feature),
      /** Values below go left. */
      border: Float32Array.from(nodes, ({ feature, bin: last }) =>
        feature < 0 ? 0 : binned.borders[feature][last],
      ),
      /** The left child's place in its tree; the right one follows it. */
      left: Int32Array.from(nodes, ({ left }) => left),
      value: Float64Array.from(nodes, ({ value }) => value),
    }
  },

  /** Probabilities. */
  decide({ columns, base, nodesPerTree, feature, border, left, value }, x) {
    const margin = new Float64Array(x.rows).fill(base)
    let root = 0
    for (const nodes of nodesPerTree) {
      for (let i = 0; i < x.rows; i++) {
        let at = root
        while (feature[at] >= 0)
          at = root + left[at] + (x.values[i * columns + feature[at]] < border[at] ? 0 : 1)
        margin[i] += value[at]
      }
      root += nodes
    }
    return margin.map(sigmoid)
  },
})

type Node = { feature: number; bin: number; left: number; value: number; gain: number }

/** The samples of a node, from `start` to `end` in their order, and the sums of their gradients and hessians. */
type NodeSums = { start: number; end: number; gradient: number; hessian: number }

type Growing = NodeSums & {
  index: number
  /** `BINS` sums of every feature; at first the parent's, where there is a smaller sibling that is taken from them. */
  histograms: Float64Array
  smaller?: Growing
  /** Of the node unsplit: G² / (H + lambda). */
  score: number
  best: Cut & { feature: number }
}

type TreeParameters = {
  max_depth: number
  learning_rate: number
  subsample: number
  colsample_bytree: number
  lambda: number
  gamma: number
  min_child_weight: number
}

function growTree(
  { rows, columns, bins, borders }: Binned,
  { y, margin, random }: { y: Uint8Array; margin: Float64Array; random: Random },
  p: TreeParameters,
): Node[] {
  const order = sample(rows, p.subsample, random)
  const features = sample(columns, p.colsample_bytree, random)
  // Gradients and hessians times `scale`, so that their sums are integers; what regularises is scaled alike.
  const scale = LARGEST_SUM / order.length
  const [lambda, minChildWeight, gamma] = [scale * p.lambda, scale * p.min_child_weight, scale * p.gamma]
  const smallestGain = 1e-6 * scale
  const packed = Float64Array.from(order, (i) => {
    const probability = sigmoid(margin[i])
    return pack(scale * (probability - y[i]), scale * probability * (1 - probability))
  })
  const nodes: Node[] = []
  const size = features.length * BINS
  const grow = ({ start, end, gradient, hessian }: NodeSums): Omit<Growing, 'histograms'> => {
    const value = (-p.learning_rate * gradient) / (hessian + lambda)
    nodes.push({ feature: -1, bin: 0, left: 0, value, gain: 0 })
    const score = (gradient * gradient) / (hessian + lambda)
    const best = { score: score + smallestGain, feature: -1, bin: 0, gradient: 0, hessian: 0 }
    return { index: nodes.length - 1, start, end, gradient, hessian, score, best }
  }
  const total = packed.reduce((sum, value) => sum + value, 0)
  const root = { start: 0, end: order.length, gradient: unpackFirst(total), hessian: unpackSecond(total) }
  let level: Growing[] = [{ ...grow(root), histograms: new Float64Array(size) }]

  for (let depth = 0; depth < p.max_depth && level.length > 0; depth++) {
    for (const [k, feature] of features.entries()) {
      const column = bins.subarray(feature * rows, (feature + 1) * rows)
      const cuts = borders[feature].length
      for (const node of level) {
        const histogram = node.histograms.subarray(k * BINS, (k + 1) * BINS)
        if (node.smaller) subtract(histogram, node.smaller.histograms, k * BINS)
        else accumulate(histogram, column, { order, packed, start: node.start, end: node.end })
        const cut = bestCut(histogram, node, { cuts, lambda, minChildWeight })
        if (cut) node.best = { feature, ...cut }
      }
    }
    level = level.flatMap((node) => {
      const { best, start, end } = node
      if (best.feature < 0) return []
      const column = bins.subarray(best.feature * rows, (best.feature + 1) * rows)
      const middle = partition({ order, packed, start, end }, (i) => column[i] <= best.bin)
      const left = grow({ start, end: middle, gradient: best.gradient, hessian: best.hessian })
      const right = grow({
        start: middle,
        end,
        gradient: node.gradient - best.gradient,
        hessian: node.hessian - best.hessian,
      })
      const { feature, bin: last, score } = best
      Object.assign(nodes[node.index], { feature, bin: last, gain: score - node.score, left: left.index })
      if (depth + 1 === p.max_depth) return []
      // Sums of integers are exact: what the smaller child leaves of its parent is the other's.
      const isLeftSmaller = middle - start <= end - middle
      const smaller = { ...(isLeftSmaller ? left : right), histograms: new Float64Array(size) }
      return [smaller, { ...(isLeftSmaller ? right : left), histograms: node.histograms, smaller }]
    })
  }
  return prune(nodes, gamma)
}

/** Takes the sums of one node from those of its parent, in place. */
function subtract(histogram: Float64Array, part: Float64Array, at: number): void {
  for (let b = 0; b < BINS; b++) histogram[b] -= part[at + b]
}

type Cut = { score: number; bin: number; gradient: number; hessian: number }

/** The cut of a histogram whose two sides score best together, if any scores above the node's best so far. */
function bestCut(
  histogram: Float64Array,
  { gradient: allGradients, hessian: allHessians, best }: Growing,
  { cuts, lambda, minChildWeight }: { cuts: number; lambda: number; minChildWeight: number },
): Cut | undefined {
  let found: Cut | undefined
  let left = 0
  for (let b = 0; b < cuts; b++) {
    if (histogram[b] === 0) continue
    left += histogram[b]
    const gradient = unpackFirst(left)
    const hessian = left - gradient * LOW
    const rest = allHessians - hessian
    if (hessian < minChildWeight || rest < minChildWeight) continue
    const other = allGradients - gradient
    const score = (gradient * gradient) / (hessian + lambda) + (other * other) / (rest + lambda)
    if (score <= (found?.score ?? best.score)) continue
    found = { score, bin: b, gradient, hessian }
  }
  return found
}

/** Makes leaves of splits whose gain is under gamma and that have only leaves below, from the bottom up. */
function prune(nodes: Node[], gamma: number): Node[] {
  const isLeaf = (node: Node) => node.feature < 0
  for (const node of nodes.toReversed())
    if (!isLeaf(node) && node.gain < gamma && isLeaf(nodes[node.left]) && isLeaf(nodes[node.left + 1]))
      node.feature = -1
  return nodes
}

/** Puts the samples that go left first, keeping their order; returns where the others begin. */
function partition(
  { order, packed, start, end }: PackedSamples,
  goesLeft: (sample: number) => boolean,
): number {
  const rest: [number, number][] = []
  let middle = start
  for (let i = start; i < end; i++)
    if (goesLeft(order[i])) {
      order[middle] = order[i]
      packed[middle] = packed[i]
      middle++
    } else rest.push([order[i], packed[i]])
  rest.forEach(([position, value], k) => {
    order[middle + k] = position
    packed[middle + k] = value
  })
  return middle
}
