import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/**
 * @property rate position in `rates`
 * @property curve mean ROC AUC of plain and two perturbed versions of the images, after each epoch
 */
export type Row = {
  values: { rate: number; width: number; augmentation: string }
  curve: number[]
  seconds: number
}
export type Result = Stamped & {
  images: number
  epochs: number
  size: { height: number; width: number }
  seed: number
  rates: number[]
  rows: Row[]
}

export const tables: Tables<Result> = {
  'search-table': ({ rates, rows }) => {
    const best = (augmentation: string, rate: number) =>
      Math.max(
        ...rows
          .filter(({ values }) => values.augmentation === augmentation && values.rate === rate)
          .flatMap(({ curve }) => curve),
      )
    return [
      ['augmentation; best score over three widths, by learning rate', ...rates.map(String)],
      ...[...new Set(rows.map(({ values }) => values.augmentation))].map((augmentation) => [
        augmentation,
        ...rates.map((_, rate) => best(augmentation, rate).toFixed(4)),
      ]),
    ]
  },
}
