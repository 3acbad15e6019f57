/** The figures of a two-class decision that networks and classical algorithms share. */
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { averagePrecision, confusionAt, rates, rocAuc } from '../metrics/binary.ts'
import { classificationScores } from '../metrics/multiclass.ts'
import { bootstrapIntervals } from '../statistics/bootstrap.ts'

export type Figures = ReturnType<typeof binaryFigures>

/** Images with a score: 1 for pneumonia, the score, and the patient of each. */
export type ScoredImages = { truth: number[]; score: number[]; patients: string[] }

/**
 * Computes the figures of normal against pneumonia.
 *
 * @param threshold of the score, inclusive
 * @returns rates and areas in [0, 1], the confusion matrix, and 95 % intervals by bootstrap over patients
 */
export function binaryFigures({ truth, score, patients }: ScoredImages, threshold: number) {
  const at = (positions: number[]) => {
    const [t, s] = [positions.map((i) => truth[i]), positions.map((i) => score[i])]
    return {
      ...rates(confusionAt(t, s, threshold)),
      rocAuc: rocAuc(t, s),
      averagePrecision: averagePrecision(t, s),
    }
  }
  const confusion = confusionAt(truth, score, threshold)
  return {
    ...at(truth.map((_, i) => i)),
    confusion,
    ...averagesOf(classificationScores(confusion, TASKS.binary)),
    intervals: bootstrapIntervals(patients, at),
  }
}

/** @returns precision, recall and F1 of each class, and their plain and weighted means */
export const averagesOf = ({ perClass, macro, weighted }: ReturnType<typeof classificationScores>) => ({
  perClass,
  macro,
  weighted,
})
