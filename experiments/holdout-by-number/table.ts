import { count, percent, percentInterval } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

type Interval = [low: number, high: number]

/** What this table shows of `zoidberg evaluate --json`. */
export type Evaluation = {
  data: { images: number }
  intervals: Record<string, Interval>
  ece: number
  threeClass: { accuracy: number }
} & Record<'accuracy' | 'balancedAccuracy' | 'sensitivity' | 'specificity' | 'rocAuc', number>

/** @property test the images that were set aside */
export type Result = Stamped & { seed: string; validation: Evaluation; test: Evaluation }

const RATES = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
} as const

export const tables: Tables<Result> = {
  'holdout-by-number': ({ validation, test }) => {
    const row = (name: string, show: (evaluation: Evaluation) => string) => [
      name,
      show(validation),
      show(test),
    ]
    return [
      [
        '95 % intervals in brackets',
        `validation, ${count(validation.data.images)} images`,
        `set aside, ${count(test.data.images)} images`,
      ],
      ...Object.entries(RATES).map(([key, name]) =>
        row(name, (evaluation) => {
          const rate = percent(evaluation[key as keyof typeof RATES])
          return `${rate} (${percentInterval(evaluation.intervals[key])})`
        }),
      ),
      row('ROC AUC', ({ rocAuc, intervals }) => {
        const [low, high] = intervals.rocAuc.map((value) => value.toFixed(4))
        return `${rocAuc.toFixed(4)} (${low} to ${high})`
      }),
      row('calibration error', ({ ece }) => ece.toFixed(3)),
      row('three classes, accuracy', ({ threeClass }) => percent(threeClass.accuracy)),
    ]
  },
}
