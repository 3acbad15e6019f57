import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'
import { type FigureName, showFigure } from '../lib/perturbed-figures.ts'

/** @property values one for each seed; null where a network has no such figure */
export type Figure = { mean: number | null; deviation: number | null; values: (number | null)[] }
export type Row = { row: string; seeds: number; figures: Partial<Record<FigureName, Figure>> }

/** @property common arguments of every training */
export type Result = Stamped & { common: string[]; rows: Row[] }

const COLUMNS: FigureName[] = [
  'lowest AUC under shift',
  'lowest specificity under shift',
  'mean balanced accuracy under shift',
  'plain AUC',
  'three classes, accuracy',
]

export const tables: Tables<Result> = {
  ablation: ({ rows }) => [
    ['mean ± standard deviation over seeds', ...COLUMNS],
    ...rows.map(({ row, figures }) => [
      row,
      ...COLUMNS.map((name) => showFigure(name, figures[name]?.values ?? [])),
    ]),
  ],
}
