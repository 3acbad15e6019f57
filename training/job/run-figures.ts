import type { Evaluation } from '../evaluation/evaluate.ts'

/** The figures people look at first, for a run's document; Firestore takes no lists of lists such as confusion matrices. */
export function summaryOf({
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
  const kinds = threeClass && { accuracy: threeClass.accuracy, balancedAccuracy: threeClass.balancedAccuracy }
  return {
    data: { images, patients, fingerprint },
    ...{ accuracy, sensitivity, specificity, rocAuc, ece },
    intervals: {
      accuracy: intervals.accuracy,
      sensitivity: intervals.sensitivity,
      specificity: intervals.specificity,
      rocAuc: intervals.rocAuc,
    },
    threeClass: kinds,
  }
}
