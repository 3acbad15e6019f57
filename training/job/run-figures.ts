/** What a run's document says of a model. */
import type { Evaluation } from '../evaluation/evaluate.ts'

/**
 * Chooses the figures that people look at first. Firestore takes no lists of lists such as confusion matrices.
 *
 * @returns them, as a run's document keeps them
 */
export function headlineFigures({
  data,
  accuracy,
  sensitivity,
  specificity,
  rocAuc,
  ece,
  intervals,
  threeClass,
}: Evaluation) {
  const { images, patients, fingerprint } = data
  const subtypes = threeClass && {
    accuracy: threeClass.accuracy,
    balancedAccuracy: threeClass.balancedAccuracy,
  }
  return {
    data: { images, patients, fingerprint },
    ...{ accuracy, sensitivity, specificity, rocAuc, ece },
    intervals: {
      accuracy: intervals.accuracy,
      sensitivity: intervals.sensitivity,
      specificity: intervals.specificity,
      rocAuc: intervals.rocAuc,
    },
    threeClass: subtypes,
  }
}
