import { ALGORITHM_NAMES, type Fit } from '../classical/table.ts'
import { percent, seconds } from '../lib/format.ts'
import type { Stamped } from '../lib/stamp.ts'
import type { Tables } from '../lib/table.ts'

/**
 * Images a second of training.
 *
 * @property ratio over 1 where ours is faster
 */
export type Network = {
  name: string
  keras: number
  zoidberg: number
  ratio: number
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

const total = ({ fitSeconds, predictSeconds }: Fit): string => seconds(fitSeconds + predictSeconds)

export const tables: Tables<Result> = {
  'benchmarks/peers/networks': ({ networks }) => [
    ['training, images a second', 'Keras', 'TensorFlow', 'theirs', 'ours', 'ours to theirs'],
    ...networks.map(({ name, versions, keras, zoidberg, ratio }) => [
      `\`${name}\``,
      versions.keras,
      versions.tensorflow,
      keras.toFixed(0),
      zoidberg.toFixed(0),
      ratio.toFixed(2),
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
