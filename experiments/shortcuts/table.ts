import { count } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Tables } from '../../benchmarks/lib/table.ts'

/** @property rocAuc in whichever direction tells; `normal` and `pneumonia` are means over the images */
export type Statistic = { name: string; rocAuc: number; normal: number; pneumonia: number }

/**
 * ROC AUC, normal against pneumonia.
 *
 * @property misleading on the quarter of each class that the image statistics take most for the other class
 */
export type Model = { name: string; all: number; misleading: number }

/** @property models the first is the classifier on the image statistics alone */
export type Result = Stamped & {
  images: number
  misleadingImages: number
  statistics: Statistic[]
  models: Model[]
}

export const tables: Tables<Result> = {
  'shortcuts/statistics': ({ statistics, models: [alone] }) => [
    ['image statistic', 'ROC AUC', 'mean of normals', 'mean of pneumonias'],
    ...statistics.map(({ name, rocAuc, normal, pneumonia }) => [
      name,
      rocAuc.toFixed(3),
      normal.toPrecision(3),
      pneumonia.toPrecision(3),
    ]),
    ['all eight (XGBoost)', alone.all.toFixed(3), '', ''],
  ],
  'shortcuts/models': ({ images, misleadingImages, models }) => [
    ['ROC AUC', `all ${count(images)} images`, `the ${misleadingImages} with misleading statistics`],
    ...models.map(({ name, all, misleading }) => [name, all.toFixed(4), misleading.toFixed(4)]),
  ],
}
