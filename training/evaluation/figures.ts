/** The figures of a two-class decision that networks and classical algorithms share. */
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { confusionAt } from '../metrics/binary.ts'
import { classificationScores } from '../metrics/multiclass.ts'
import { scored } from '../metrics/weighted.ts'
import { bootstrapWeighted } from '../statistics/bootstrap.ts'
import { proportionInterval } from '../statistics/proportion.ts'

export type Figures = ReturnType<typeof binaryFigures>

/** Images with a score: 1 for any finding, the score, and the patient of each. */
export type ScoredImages = { truth: number[]; score: number[]; patients: string[] }

/**
 * Computes the figures of the negative class against any finding.
 *
 * @param threshold of the score, inclusive
 * @param labels what the two are called
 * @returns rates and areas in [0, 1], the confusion matrix, and 95 % intervals over patients: Wilson's for proportions,
 *   by bootstrap for the rest
 */
export function binaryFigures(
  { truth, score, patients }: ScoredImages,
  threshold: number,
  labels: readonly string[] = TASKS.binary,
) {
  const figuresOf = scored(truth, score)
  const confusion = confusionAt(truth, score, threshold)
  return {
    ...figuresOf(new Float64Array(truth.length).fill(1), threshold),
    confusion,
    ...averagesOf(classificationScores(confusion, labels)),
    intervals: {
      ...bootstrapWeighted(patients, (weights) => figuresOf(weights, threshold)),
      ...proportionIntervals({ truth, score, patients }, threshold),
    },
  }
}

/** @returns 95 % intervals of the rates that are proportions of images */
export function proportionIntervals({ truth, score, patients }: ScoredImages, threshold: number) {
  const called = score.map((value) => Number(value >= threshold))
  const all = truth.map(() => 1)
  const not = (flags: number[]) => flags.map((flag) => 1 - flag)
  const right = truth.map((value, i) => Number(value === called[i]))
  const of = (hits: number[], among: number[]) => proportionInterval(patients, hits, among)
  return {
    accuracy: of(right, all),
    sensitivity: of(called, truth),
    specificity: of(not(called), not(truth)),
    precision: of(truth, called),
  }
}

/** @returns precision, recall and F1 of each class, and their plain and weighted means */
export const averagesOf = ({ perClass, macro, weighted }: ReturnType<typeof classificationScores>) => ({
  perClass,
  macro,
  weighted,
})
