/** The figures of a two-class decision that networks and classical algorithms share. */
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { averagePrecision, confusionAt, rates, rocAuc } from '../metrics/binary.ts'
import { classificationScores } from '../metrics/multiclass.ts'
import { bootstrapIntervals } from './bootstrap.ts'

export type Figures = ReturnType<typeof binaryFigures>

/**
 * @param truth 1 for pneumonia
 * @param score positive from `threshold` on
 * @param patients of each image, for the 95 % intervals
 */
export function binaryFigures(truth: number[], score: number[], threshold: number, patients: string[]) {
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

/** Precision, recall and F1 of each class, and their plain and weighted means. */
export const averagesOf = ({ perClass, macro, weighted }: ReturnType<typeof classificationScores>) => ({
  perClass,
  macro,
  weighted,
})
