import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'
import { type FigureName, showFigure } from '../lib/perturbed-figures.ts'

type Figures = Record<FigureName, number | null>

/** @property recipe figures of the recipe made by hand, one for each seed; `tuned` those of the search's best values */
export type Result = Stamped & {
  epochs: number
  size: number
  seeds: number[]
  recipe: Figures[]
  tuned: Figures[]
}

const COLUMNS: FigureName[] = [
  'lowest AUC under shift',
  'lowest specificity under shift',
  'mean balanced accuracy under shift',
  'plain AUC',
  'plain accuracy',
  'three classes, accuracy',
]

export const tables: Tables<Result> = {
  'tuned-against-manual': ({ recipe, tuned, seeds }) => {
    const row = (name: string, all: Figures[]) => [
      name,
      ...COLUMNS.map((figure) =>
        showFigure(
          figure,
          all.map((figures) => figures[figure]),
        ),
      ),
    ]
    return [
      [`mean ± standard deviation over ${seeds.length} seeds`, ...COLUMNS],
      row('made by hand', recipe),
      row('best of the search', tuned),
    ]
  },
}
