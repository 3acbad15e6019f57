/** What a search may maximise: each is of the images a trial is scored on, and more is better. */
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import type { OBJECTIVES as OBJECTIVE_NAMES } from '@zoidberg/core/contract/run.ts'
import { rocAuc } from '../metrics/binary.ts'
import { classificationScores, confusionMatrix } from '../metrics/multiclass.ts'
import { mean } from '../statistics/descriptive.ts'

export type Objective = (typeof OBJECTIVE_NAMES)[number]

/**
 * @property truth class indices, 0 being the negative class
 * @property probabilities a row of classes for each image
 */
export type Answers = { truth: readonly number[]; probabilities: readonly ArrayLike<number>[] }

const likeliest = (row: ArrayLike<number>): number =>
  Array.from(row).reduce((best, p, k) => (p > row[best] ? k : best), 0)

export const OBJECTIVES = {
  /** Area under the ROC curve, the negative class against all others. */
  auc: ({ truth, probabilities }: Answers): number =>
    rocAuc(
      truth.map((k) => Number(k > 0)),
      probabilities.map((row) => positiveProbability(row)),
    ),
  accuracy: ({ truth, probabilities }: Answers): number =>
    mean(probabilities.map((row, i) => Number(likeliest(row) === truth[i]))),
  'balanced-accuracy': ({ truth, probabilities }: Answers): number => {
    const matrix = confusionMatrix(truth, probabilities.map(likeliest), probabilities[0].length)
    return classificationScores(matrix, matrix.map(String)).balancedAccuracy
  },
  /** Minus the cross-entropy, in nats. */
  'log-loss': ({ truth, probabilities }: Answers): number =>
    mean(probabilities.map((row, i) => Math.log(Math.max(row[truth[i]], 1e-7)))),
} satisfies Record<Objective, (answers: Answers) => number>
