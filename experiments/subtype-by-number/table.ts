import { count, percent, percentInterval } from '../../benchmarks/lib/format.ts'
import type { Stamped } from '../../benchmarks/lib/stamp.ts'
import type { Table, Tables } from '../../benchmarks/lib/table.ts'

/** A share of images, with its 95 % interval. */
export type Share = { value: number; interval: [low: number, high: number] }

/**
 * The validation images of one series and class in one fifth of the numbers.
 *
 * @property numbers the lowest and the highest
 * @property detected sensitivity of pneumonias, specificity of normals, at the default operating point
 * @property subtype share whose likelier subtype is the true one, whatever the decision; null of normals
 */
export type Row = {
  series: string
  numbers: [low: number, high: number]
  images: number
  detected: Share
  subtype: Share | null
}

/** How well VIRUS is told from BACTERIA among the pneumonias of one part. */
export type Subtypes = { images: number; viral: number; rocAuc: number }

/** @property subtypes one for each fifth of the numbers */
export type Result = Stamped & {
  model: string
  rows: Row[]
  subtypes: Record<'train' | 'validation', Subtypes>[]
}

const FIFTHS = ['lowest', 'second', 'third', 'fourth', 'highest']
const PARTS = { train: 'trained on', validation: 'validation' } as const

export const tables: Tables<Result> = {
  'subtype-by-number': ({ rows }) => [
    ['series and class', 'numbers', 'images', 'right: ill or not (95 %)', 'right subtype (95 %)'],
    ...rows.map(({ series, numbers, images, detected, subtype }) => [
      series,
      numbers.join(' to '),
      images,
      show(detected),
      subtype ? show(subtype) : '',
    ]),
  ],
  'subtype-by-number/fifths': ({ rows }) => fifths(rows),
  'subtype-by-number/auc': ({ subtypes }) => [
    ['ROC AUC, viral against bacterial', ...FIFTHS],
    ...Object.entries(PARTS).map(([part, name]) => {
      const each = subtypes.map((fifth) => fifth[part as keyof typeof PARTS])
      const images = each.reduce((sum, fifth) => sum + fifth.images, 0)
      return [`${name}, ${count(images)} images`, ...each.map(({ rocAuc }) => rocAuc.toFixed(3))]
    }),
  ],
}

const show = ({ value, interval }: Share): string => `${percent(value)} (${percentInterval(interval)})`

/**
 * Puts side by side what stands one below the other in the rows, which are in the order of the numbers. A series that the
 * data does not have stays empty.
 */
function fifths(rows: Row[]): Table {
  const of = (series: string) => rows.filter((row) => row.series === series)
  const [im, normal2, bacterial, viral] = [
    'IM NORMAL',
    'NORMAL2-IM NORMAL',
    'person BACTERIA',
    'person VIRUS',
  ].map(of)
  const rate = (share: Share | null | undefined) => (share ? percent(share.value) : '')
  return [
    [
      'fifth of the numbers',
      'specificity, IM',
      'specificity, NORMAL2-IM',
      'sensitivity, bacterial',
      'right subtype, bacterial',
      'sensitivity, viral',
      'right subtype, viral',
    ],
    ...FIFTHS.map((name, k) => [
      name,
      rate(im[k]?.detected),
      rate(normal2[k]?.detected),
      rate(bacterial[k]?.detected),
      rate(bacterial[k]?.subtype),
      rate(viral[k]?.detected),
      rate(viral[k]?.subtype),
    ]),
  ]
}
