import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../benchmark.ts'
import { measureOurs, withMatrices } from '../classical/ours.ts'
import type { Fit } from '../classical/table.ts'
import { measure } from '../lib/process.ts'
import { installPeers, python } from '../lib/python.ts'
import type { TrainingFigures } from '../training/table.ts'
import type { Algorithm, Network, Result } from './table.ts'

type KerasFigures = Network['versions'] & { imagesPerSecond: number }
type PythonFits = { rows: Fit[]; versions: Record<string, string> }

const NETWORKS = ['cnn', 'default']
const ROUNDS = 3
const script = (name: string): string => join(import.meta.dirname, name)

/** Measures ours and theirs after one another, on the same cores and the same images. */
export const run: Run<Omit<Result, 'stamp'>> = (directory) => {
  installPeers('training')
  const networks = NETWORKS.map(compareNetwork)
  const { fingerprint, outcome } = withMatrices(directory, compareClassical)
  return { result: { networks, ...outcome }, data: fingerprint }
}

/** In alternated rounds: what else the machine does meets both. */
function compareNetwork(name: string): Network {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    theirs: python<KerasFigures>(script('networks.py'), [name]),
    ours: measure<TrainingFigures>('training/measure.ts', [name, 'bare']),
  }))
  const keras = rounds.map(({ theirs }) => theirs.imagesPerSecond)
  const zoidberg = rounds.map(({ ours }) => ours.bare)
  const { imagesPerSecond: _, ...versions } = rounds[0].theirs
  return { name, keras, zoidberg, versions }
}

function compareClassical(folder: string): Pick<Result, 'classical' | 'versions'> {
  const fit = (threads: number) => python<PythonFits>(script('classical.py'), [folder, String(threads)])
  const { rows, versions } = fit(availableParallelism())
  const alone = fit(1).rows
  const { algorithms } = measureOurs(folder)
  const classical = rows.map((reference, i): Algorithm => {
    const { name } = reference
    const zoidberg = algorithms.find((ours) => ours.name === name)
    if (!zoidberg) throw new Error(`we have no ${name}`)
    return { name, reference, oneThread: alone[i], zoidberg, ratio: time(reference) / time(zoidberg) }
  })
  return { classical, versions }
}

const time = ({ fitSeconds, predictSeconds }: Fit): number => fitSeconds + predictSeconds
