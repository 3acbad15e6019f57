import { percent } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/**
 * Means over strangers, at the default operating point.
 * @property excess mean probability less the share of the ill
 */
export type Figures = {
  sensitivity: number
  specificity: number
  rocAuc: number
  ece: number
  excess: number
}
/** @property ways in which each stranger differs; `before` as the model was, `after` as strangers calibrated it */
export type Result = Stamped & {
  model: string
  images: number
  strangers: number
  judged: { ways: number; before: Figures; after: Figures }[]
}

/** What somebody else measured once, on X-rays that nothing here has seen; models/default/README.md. */
const UNSEEN = { sensitivity: 0.987, specificity: 0.885, rocAuc: 0.987, ece: 0.067 }

export const tables: Tables<Result> = {
  strangers: ({ judged, strangers }) => [
    [
      'ways at once',
      'sensitivity',
      'specificity',
      'ROC AUC',
      'calibration error',
      'sensitivity, chosen on strangers',
      'specificity',
      'calibration error',
    ],
    ...judged.map(({ ways, before, after }) => [
      ways === 0 ? 'none' : `${ways}, ${strangers} strangers`,
      percent(before.sensitivity),
      percent(before.specificity),
      before.rocAuc.toFixed(4),
      before.ece.toFixed(3),
      percent(after.sensitivity),
      percent(after.specificity),
      after.ece.toFixed(3),
    ]),
    [
      'the unseen test, once',
      percent(UNSEEN.sensitivity),
      percent(UNSEEN.specificity),
      UNSEEN.rocAuc.toFixed(3),
      UNSEEN.ece.toFixed(3),
      '',
      '',
      '',
    ],
  ],
}
