import { seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * @property images of one epoch, 64 pixels wide; missing in results of before it was recorded
 * @property setUpSeconds from values to the first step of training
 * @property bookkeepingSeconds one suggestion, one claim and one result, kept in a folder
 */
export type Figures = {
  images?: number
  epochSeconds: number
  setUpSeconds: number
  bookkeepingSeconds: number
}
export type Result = Stamped & Figures

export const tables: Tables<Result> = {
  'benchmarks/trial-cost': ({ images, epochSeconds, setUpSeconds, bookkeepingSeconds }) => [
    ['a trial of the search', 'time'],
    [images ? `one epoch of ${images} images` : 'one epoch', seconds(epochSeconds)],
    ['setting the training up', seconds(setUpSeconds)],
    ['suggestion, claim and result', seconds(bookkeepingSeconds)],
  ],
}
