/** Metrics over any number of classes, defined as scikit-learn defines them (`zero_division=0`). */
import { rocAuc } from './binary.ts'

type Numbers = ArrayLike<number>

export type ClassScore = { label: string; precision: number; recall: number; f1: number; support: number }

const divide = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)

/**
 * Counts how often each class was called what.
 *
 * @param truth class index of each sample
 * @param predicted class index of each sample
 * @param classes how many there are
 * @returns `matrix[t][p]`: how often class `t` was called `p`
 */
export function confusionMatrix(truth: Numbers, predicted: Numbers, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]]++
  return matrix
}

/**
 * Computes precision, recall, F1 and support of each class, and their averages.
 *
 * @param matrix as `confusionMatrix` gives it
 * @param labels of its classes
 * @returns shares in [0, 1]; `macro` weighs classes alike, `weighted` by their support
 */
export function classificationScores(matrix: number[][], labels: readonly string[]) {
  const perClass: ClassScore[] = labels.map((label, k) => {
    const hits = matrix[k][k]
    const support = sum(matrix[k])
    const called = sum(matrix.map((row) => row[k]))
    const f1 = divide(2 * hits, support + called)
    return { label, precision: divide(hits, called), recall: divide(hits, support), f1, support }
  })
  const total = sum(perClass.map((c) => c.support))
  const average = (weigh: (c: ClassScore) => number) => {
    const weight = sum(perClass.map(weigh))
    const of = (key: 'precision' | 'recall' | 'f1') =>
      divide(sum(perClass.map((c) => c[key] * weigh(c))), weight)
    return { precision: of('precision'), recall: of('recall'), f1: of('f1') }
  }
  const present = perClass.filter((c) => c.support > 0)
  return {
    perClass,
    accuracy: divide(sum(matrix.map((row, k) => row[k])), total),
    balancedAccuracy: divide(sum(present.map((c) => c.recall)), present.length),
    macro: average(() => 1),
    weighted: average((c) => c.support),
    total,
  }
}

/**
 * Writes the text of scikit-learn's `classification_report`, character for character.
 *
 * @param matrix as `confusionMatrix` gives it
 * @param labels of its classes
 * @returns a table of several lines
 */
export function classificationReport(matrix: number[][], labels: readonly string[]): string {
  const scores = classificationScores(matrix, labels)
  const width = Math.max(...labels.map((label) => label.length), 'weighted avg'.length)
  const cell = (value: number) => value.toFixed(2).padStart(9)
  const row = (name: string, s: { precision: number; recall: number; f1: number }, support: number) =>
    `${name.padStart(width)}  ${cell(s.precision)} ${cell(s.recall)} ${cell(s.f1)} ${String(support).padStart(9)}\n`
  const head = ['precision', 'recall', 'f1-score', 'support'].map((name) => ` ${name.padStart(9)}`).join('')
  const accuracy = `${'accuracy'.padStart(width)}  ${' '.repeat(9)} ${' '.repeat(9)} ${cell(scores.accuracy)}`
  return [
    `${' '.repeat(width)} ${head}\n\n`,
    ...scores.perClass.map((c) => row(c.label, c, c.support)),
    `\n${accuracy} ${String(scores.total).padStart(9)}\n`,
    row('macro avg', scores.macro, scores.total),
    row('weighted avg', scores.weighted, scores.total),
  ].join('')
}

/**
 * Computes the mean over classes of the area under the ROC curve of one class against the rest.
 *
 * @param truth class index of each sample
 * @param probabilities of each sample, one per class
 * @param classes how many there are
 * @returns an area in [0, 1]; NaN if a class is missing
 */
export function rocAucOneVsRest(truth: Numbers, probabilities: Numbers[], classes: number): number {
  const areas = Array.from({ length: classes }, (_, k) => {
    const isClass = Array.from(truth, (t) => (t === k ? 1 : 0))
    return rocAuc(
      isClass,
      probabilities.map((p) => p[k]),
    )
  })
  return sum(areas) / classes
}
