import { quantile } from '@zoidberg/training/statistics/descriptive.ts'
import { ALGORITHM_NAMES, type Fit } from '../classical/table.ts'
import { percent, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/** Images a second of training, in alternated rounds. */
export type Network = {
  name: string
  keras: number[]
  zoidberg: number[]
  versions: { parameters: number; keras: string; tensorflow: string }
}

/**
 * @property reference on all cores, `oneThread` on one
 * @property ratio of fit and predict on all cores, over 1 where ours is faster
 */
export type Algorithm = { name: string; reference: Fit; oneThread: Fit; zoidberg: Fit; ratio: number }
export type Result = Stamped & {
  networks: Network[]
  classical: Algorithm[]
  versions: Record<string, string>
}

const median = (figures: number[]): number =>
  quantile(
    figures.toSorted((a, b) => a - b),
    0.5,
  )
/** The median, and each round. */
const rounds = (figures: number[]): string =>
  `${median(figures).toFixed(0)} (${figures.map((figure) => figure.toFixed(0)).join(', ')})`

const total = ({ fitSeconds, predictSeconds }: Fit): string => seconds(fitSeconds + predictSeconds)

export const tables: Tables<Result> = {
  'benchmarks/peers/networks': ({ networks }) => [
    ['training, images a second', 'Keras', 'TensorFlow', 'theirs', 'ours', 'ours to theirs'],
    ...networks.map(({ name, versions, keras, zoidberg }) => [
      `\`${name}\``,
      versions.keras,
      versions.tensorflow,
      rounds(keras),
      rounds(zoidberg),
      (median(zoidberg) / median(keras)).toFixed(2),
    ]),
  ],
  'benchmarks/peers/classical': ({ classical, versions }) => [
    [
      'fit and predict',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      'the same on one thread',
      'ours',
      'speed, ours to theirs',
      'their accuracy',
      'our accuracy',
    ],
    ...classical.map(({ name, reference, oneThread, zoidberg, ratio }) => [
      ALGORITHM_NAMES[name] ?? name,
      ...[reference, oneThread, zoidberg].map(total),
      ratio.toFixed(2),
      percent(reference.accuracy),
      percent(zoidberg.accuracy),
    ]),
  ],
}
