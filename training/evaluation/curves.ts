/** Curves over all thresholds, thinned for model cards. */
import type { AtThreshold } from '@zoidberg/core/contract/card.ts'
import { confusionAt, curve, rates } from '../metrics/binary.ts'
import { proportionIntervals, type ScoredImages } from './figures.ts'
import { reliabilityBins } from './reliability.ts'

const CURVE_POINTS = 100
const rounded = (value: number): number => Number(value.toFixed(4))
const pair = ([low, high]: readonly number[]): [number, number] => [rounded(low), rounded(high)]

/**
 * Draws what a card shows of images.
 *
 * @param points thresholds that are in the list as they are: those of the operating points
 * @returns ROC as `[1 - specificity, sensitivity]`, precision-recall, what thresholds bring, and reliability
 */
export function curvesOf(images: ScoredImages, points: readonly number[]) {
  const { truth, score } = images
  const all = curve(truth, score).slice(1)
  const { truePositives: positives, falsePositives: negatives } = all[all.length - 1]
  const step = Math.max(1, Math.floor(all.length / CURVE_POINTS))
  const kept = all.filter((_, i) => i % step === 0 || i === all.length - 1)
  return {
    roc: [
      [0, 0],
      ...kept.map((p) => [rounded(p.falsePositives / negatives), rounded(p.truePositives / positives)]),
    ],
    precisionRecall: kept.map((p) => [
      rounded(p.truePositives / positives),
      rounded(p.truePositives / (p.truePositives + p.falsePositives)),
    ]),
    thresholds: [...new Set([...kept.map(({ threshold }) => threshold), ...points])]
      .sort((a, b) => a - b)
      .map((threshold) => atThreshold(images, threshold)),
    reliability: reliabilityBins(images),
  }
}

function atThreshold(images: ScoredImages, threshold: number): AtThreshold {
  const { sensitivity, specificity } = rates(confusionAt(images.truth, images.score, threshold))
  const intervals = proportionIntervals(images, threshold)
  return {
    // Rounded up: who asks for this very threshold finds it.
    threshold: Math.min(1, Math.ceil(threshold * 1e6) / 1e6),
    sensitivity: rounded(sensitivity),
    specificity: rounded(specificity),
    sensitivityInterval: pair(intervals.sensitivity),
    specificityInterval: pair(intervals.specificity),
  }
}
