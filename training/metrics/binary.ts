/**
 * Metrics of a two-class decision, defined as scikit-learn defines them.
 * `truth[i]` is 1 for a positive, `score[i]` is P(positive); NaN where a metric is undefined (one class only).
 */

/** `[[true negatives, false positives], [false negatives, true positives]]` */
export type Confusion = [[number, number], [number, number]]

export type CurvePoint = { threshold: number; truePositives: number; falsePositives: number }

type Numbers = ArrayLike<number>

const ratio = (part: number, whole: number, otherwise = 0): number => (whole === 0 ? otherwise : part / whole)

/**
 * Counts right and wrong decisions at a threshold: a score is positive from the threshold on.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @param threshold of the score, inclusive
 * @returns `[[true negatives, false positives], [false negatives, true positives]]`
 */
export function confusionAt(truth: Numbers, score: Numbers, threshold: number): Confusion {
  const counts: Confusion = [
    [0, 0],
    [0, 0],
  ]
  for (let i = 0; i < truth.length; i++) counts[truth[i] ? 1 : 0][score[i] >= threshold ? 1 : 0]++
  return counts
}

/**
 * Computes the rates of a confusion matrix.
 *
 * @returns rates in [0, 1]; a rate over nothing is 0 (scikit-learn's `zero_division=0`), sensitivity and specificity NaN
 */
export function rates([[tn, fp], [fn, tp]]: Confusion) {
  const sensitivity = ratio(tp, tp + fn, Number.NaN)
  const specificity = ratio(tn, tn + fp, Number.NaN)
  const present = [sensitivity, specificity].filter((rate) => !Number.isNaN(rate))
  return {
    accuracy: ratio(tn + tp, tn + fp + fn + tp, Number.NaN),
    balancedAccuracy: present.reduce((a, b) => a + b, 0) / present.length,
    sensitivity,
    specificity,
    precision: ratio(tp, tp + fp),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  }
}

/**
 * Counts at every distinct score: the points of the ROC and the precision-recall curve.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @returns points from the highest score down; the first one calls nothing positive (threshold Infinity)
 */
export function curve(truth: Numbers, score: Numbers): CurvePoint[] {
  const order = Array.from(truth, (_, i) => i).sort((a, b) => score[b] - score[a])
  const points: CurvePoint[] = [{ threshold: Infinity, truePositives: 0, falsePositives: 0 }]
  let truePositives = 0
  let falsePositives = 0
  order.forEach((index, position) => {
    if (truth[index]) truePositives++
    else falsePositives++
    const next = order[position + 1]
    if (next !== undefined && score[next] === score[index]) return
    points.push({ threshold: score[index], truePositives, falsePositives })
  })
  return points
}

/**
 * Computes the area under the ROC curve by trapezoids, so that ties count half.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive), or anything that is larger for likelier positives
 * @returns an area in [0, 1]; NaN with one class
 */
export function rocAuc(truth: Numbers, score: Numbers): number {
  const points = curve(truth, score)
  const { truePositives: positives, falsePositives: negatives } = points[points.length - 1]
  let area = 0
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]]
    area += ((b.falsePositives - a.falsePositives) * (a.truePositives + b.truePositives)) / 2
  }
  return ratio(area, positives * negatives, Number.NaN)
}

/**
 * Computes the average precision: the sum over thresholds of precision times the gain in recall.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive), or anything that is larger for likelier positives
 * @returns a mean in [0, 1]; 0 without positives
 */
export function averagePrecision(truth: Numbers, score: Numbers): number {
  const points = curve(truth, score)
  const positives = points[points.length - 1].truePositives
  let sum = 0
  for (let i = 1; i < points.length; i++) {
    const { truePositives, falsePositives } = points[i]
    sum += ((truePositives - points[i - 1].truePositives) * truePositives) / (truePositives + falsePositives)
  }
  return ratio(sum, positives)
}

/**
 * Computes the Brier score: the mean squared distance of probability and truth.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @returns a score in [0, 1], 0 is best
 */
export function brier(truth: Numbers, score: Numbers): number {
  let sum = 0
  for (let i = 0; i < truth.length; i++) sum += (score[i] - (truth[i] ? 1 : 0)) ** 2
  return sum / truth.length
}

/** Keeps the logarithm of a certainty that was wrong finite. */
const SMALLEST = 1e-12

/**
 * Computes the log loss: the mean of minus the logarithm of the probability that the truth was given.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @returns a loss from 0 up, 0 is best
 */
export function logLoss(truth: Numbers, score: Numbers): number {
  let sum = 0
  for (let i = 0; i < truth.length; i++)
    sum -= Math.log(Math.max(SMALLEST, truth[i] ? score[i] : 1 - score[i]))
  return sum / truth.length
}

export type ReliabilityBin = {
  low: number
  high: number
  count: number
  meanScore: number
  positiveShare: number
}

/**
 * Sorts samples into bins of P(positive) of equal width, for the reliability diagram; the last bin includes 1.
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @param bins how many
 * @returns every bin from the lowest up, empty ones with zeros
 */
export function reliability(truth: Numbers, score: Numbers, bins = 10): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, score: 0, positives: 0 }))
  for (let i = 0; i < truth.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.floor(score[i] * bins))]
    bin.count++
    bin.score += score[i]
    bin.positives += truth[i] ? 1 : 0
  }
  return sums.map(({ count, score, positives }, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    count,
    meanScore: ratio(score, count),
    positiveShare: ratio(positives, count),
  }))
}

/**
 * Computes the expected calibration error over ten bins of equal width (Naeini et al. 2015).
 *
 * @param truth 1 for a positive, 0 for a negative
 * @param score P(positive)
 * @returns an error in [0, 1], 0 is best
 */
export function expectedCalibrationError(truth: Numbers, score: Numbers): number {
  const gap = reliability(truth, score).map((bin) => bin.count * Math.abs(bin.meanScore - bin.positiveShare))
  return gap.reduce((a, b) => a + b, 0) / truth.length
}
