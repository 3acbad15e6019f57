/**
 * Ways to split samples into a part to fit on and a part to validate on. Positions in, positions out; all
 * deterministic.
 */
import { UsageError } from '../errors.ts'
import { createRandom } from '../random.ts'

/** Positions of the samples that are fitted on, and of those that are validated on; no position is in both. */
export type Fold = { train: number[]; validation: number[] }

const positions = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

function toFolds(n: number, foldOf: (position: number) => number, folds: number): Fold[] {
  const all = positions(n)
  return positions(folds).map((k) => ({
    train: all.filter((i) => foldOf(i) !== k),
    validation: all.filter((i) => foldOf(i) === k),
  }))
}

function assertFolds(folds: number, n: number, of: string): void {
  if (!Number.isInteger(folds) || folds < 2) throw new UsageError(`${folds} folds are too few: 2 at least.`)
  if (folds > n) throw new UsageError(`${folds} folds are more than there are ${of} (${n}).`)
}

/**
 * Sets one random part aside.
 *
 * @param n how many samples there are
 * @param share of them to validate on, in [0, 1]
 * @param seed another one sets another part aside
 * @returns one fold, positions ascending
 */
export function holdOut(n: number, share: number, seed: number): Fold {
  const order = createRandom(seed).shuffle(positions(n))
  const count = Math.round(share * n)
  return {
    train: order.slice(count).sort((a, b) => a - b),
    validation: order.slice(0, count).sort((a, b) => a - b),
  }
}

/**
 * Cuts samples into random parts of equal size.
 *
 * @param n how many samples there are
 * @param folds how many parts, each validated on once
 * @param seed another one cuts otherwise
 * @returns one fold per part
 * @throws UsageError if there are fewer than two folds, or more than samples
 */
export function kFold(n: number, folds: number, seed: number): Fold[] {
  assertFolds(folds, n, 'samples')
  const order = createRandom(seed).shuffle(positions(n))
  const rank = new Map(order.map((position, i) => [position, i % folds]))
  return toFolds(n, (i) => rank.get(i) as number, folds)
}

/**
 * Validates on every sample alone.
 *
 * @param n how many samples there are
 * @returns as many folds as samples
 */
export const leaveOneOut = (n: number): Fold[] => toFolds(n, (i) => i, n)

/**
 * Cuts samples into random parts in which every class has its share.
 *
 * @param labels class index of each sample
 * @param folds how many parts
 * @param seed another one cuts otherwise
 * @returns one fold per part
 * @throws UsageError if there are fewer than two folds, or more than samples
 */
export const stratifiedKFold = (labels: number[], folds: number, seed: number): Fold[] =>
  groupedStratifiedKFold(labels, positions(labels.length).map(String), { folds, seed })

/**
 * Stratified k-fold that never divides a group, such as the images of one patient: groups, the largest first, go to the
 * fold whose class shares they leave most even (the greedy rule of scikit-learn's StratifiedGroupKFold).
 *
 * @param labels class index of each sample
 * @param groups of each sample
 * @param options how many parts, and the seed that orders groups of one size
 * @returns one fold per part
 * @throws UsageError if there are fewer than two folds, or more than groups (patients)
 */
export function groupedStratifiedKFold(
  labels: number[],
  groups: string[],
  { folds, seed }: { folds: number; seed: number },
): Fold[] {
  const classes = labels.reduce((a, b) => Math.max(a, b), 0) + 1
  const members = Object.values(Object.groupBy(positions(labels.length), (i) => groups[i])) as number[][]
  assertFolds(folds, members.length, 'patients')
  const totals = countClasses(positions(labels.length), labels, classes)
  const order = createRandom(seed)
    .shuffle(members)
    .sort((a, b) => b.length - a.length)
  const counts = positions(folds).map(() => new Array<number>(classes).fill(0))
  const foldOf = new Int32Array(labels.length)
  for (const group of order) {
    const added = countClasses(group, labels, classes)
    const cost = counts.map((_, k) => unevenness(counts, totals, { fold: k, added }))
    const best = cost.indexOf(Math.min(...cost))
    added.forEach((count, c) => {
      counts[best][c] += count
    })
    for (const position of group) foldOf[position] = best
  }
  return toFolds(labels.length, (i) => foldOf[i], folds)
}

function countClasses(members: number[], labels: number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const i of members) counts[labels[i]]++
  return counts
}

/** Sums over classes how much the shares of the class would vary over folds, were `added` put into `fold`. */
function unevenness(
  counts: number[][],
  totals: number[],
  { fold, added }: { fold: number; added: number[] },
): number {
  return totals.reduce((sum, total, c) => {
    const shares = counts.map((count, k) => (count[c] + (k === fold ? added[c] : 0)) / Math.max(1, total))
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length
    return sum + shares.reduce((a, share) => a + (share - mean) ** 2, 0)
  }, 0)
}
