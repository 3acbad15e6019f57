import { count } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * Images a second.
 *
 * @property bare nothing but network, loss and optimiser: what another library can do too
 * @property plain with what the recipe adds to the loss and the weights, without augmentation
 * @property halfSize augmented, in an epoch at half size; null where the recipe has none
 * @property ratio of `augmented` to `plain`
 */
export type TrainingFigures = {
  name: string
  bare: number
  plain: number
  augmented: number
  halfSize: number | null
  ratio: number
}
export type Result = Stamped & { networks: TrainingFigures[] }

export const tables: Tables<Result> = {
  'benchmarks/training': ({ networks }) => [
    [
      'images a second',
      'network alone',
      'its recipe, without augmentation',
      'with augmentation',
      'with, at half size',
    ],
    ...networks.map(({ name, bare, plain, augmented, halfSize }) => [
      `\`${name}\``,
      ...[bare, plain, augmented].map((speed) => count(Math.round(speed))),
      halfSize === null ? '' : count(Math.round(halfSize)),
    ]),
  ],
}
