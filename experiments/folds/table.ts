import { count, percent, percentSpread, spread } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

type Figures = Record<'accuracy' | 'balancedAccuracy' | 'sensitivity' | 'specificity' | 'rocAuc', number>

/** What `zoidberg train --folds` writes. */
type CrossValidation = { folds: ({ fold: string; images: number } & Figures)[]; mean: Figures; std: Figures }

/** @property common arguments of every training */
export type Result = Stamped & {
  common: string[]
  patients: CrossValidation
  sources: CrossValidation
  numbers: CrossValidation
}

const FIFTHS = ['lowest', 'second', 'third', 'fourth', 'highest']

export const tables: Tables<Result> = {
  folds: ({ patients, sources, numbers }) => [
    ['validated on', 'images', 'accuracy', 'sensitivity', 'specificity', 'ROC AUC'],
    ...rows(patients, (_, k) => `patients, fold ${k + 1}`),
    total('five folds by patients', patients),
    ...rows(sources, (fold) => `normals of ${fold} alone, none of them trained on`),
    ...rows(numbers, (_, k) => `patients with the ${FIFTHS[k]} fifth of the numbers`),
    total('five folds by numbers', numbers),
  ],
}

const rows = ({ folds }: CrossValidation, name: (fold: string, k: number) => string) =>
  folds.map(({ fold, images, accuracy, sensitivity, specificity, rocAuc }, k) => [
    name(fold, k),
    count(images),
    ...[accuracy, sensitivity, specificity].map(percent),
    rocAuc.toFixed(4),
  ])

const total = (name: string, { mean, std }: CrossValidation) => [
  `${name}, mean ± deviation`,
  '',
  ...(['accuracy', 'sensitivity', 'specificity'] as const).map((key) => percentSpread(mean[key], std[key])),
  spread(mean.rocAuc, std.rocAuc),
]
