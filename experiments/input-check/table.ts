import { count, percent } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/**
 * @property notChestXray share of the images with the warning `not-chest-xray`
 * @property anyWarning share with any warning
 */
export type Row = { category: string; images: number; notChestXray: number; anyWarning: number }

/** @property minCorrelation with the mean X-ray, below which the warning is given */
export type Result = Stamped & { model: string; minCorrelation?: number; rows: Row[] }

export const tables: Tables<Result> = {
  'input-check': ({ rows }) => [
    ['', 'images', '`not-chest-xray`', 'any warning'],
    ...rows.map(({ category, images, notChestXray, anyWarning }) => [
      category,
      count(images),
      percent(notChestXray),
      percent(anyWarning),
    ]),
  ],
}
