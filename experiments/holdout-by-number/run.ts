import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { loadDataset, outsideTest, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberOf, seriesOf } from '@zoidberg/training/dataset/patient.ts'
import { defaultNetwork } from '@zoidberg/training/networks/default.ts'
import { zoidberg } from '../../benchmarks/lib/zoidberg.ts'
import type { Run, Unstamped } from '../experiment.ts'
import { readOptions } from '../lib/options.ts'
import { trained } from '../lib/trained.ts'
import type { Evaluation, Result } from './table.ts'

/** Images of the data set's own test: 234 normal, here by the shares of the two series, and 390 with pneumonia. */
const IMAGES: Record<string, number> = { IM: 104, 'NORMAL2-IM': 130, person: 390 }
const SEED = '1'

/** Sets the lowest numbers aside, trains the recipe whole on the rest, and asks the network once. */
export const run: Run<Unstamped<Result>> = async (args) => {
  const { data, out } = readOptions(args, { data: undefined, out: undefined }).options
  const { root, fingerprint } = await setAside(data, join(out, 'data'))
  const folder = join(out, 'run')
  trained(folder, ['--data', root, '--model', 'default', '--seed', SEED])
  const evaluate = (part: string): Evaluation =>
    JSON.parse(zoidberg(['evaluate', '--model', folder, '--data', root, '--part', part, '--json']))
  const result = { seed: SEED, validation: evaluate('validation'), test: evaluate('test') }
  return { result, data: fingerprint }
}

/** Copies the images to `root`, those that are set aside into `test/`. */
async function setAside(directory: string, root: string): Promise<{ root: string; fingerprint: string }> {
  const dataset = await loadDataset(directory, defaultNetwork.size)
  const series = Object.groupBy(outsideTest(dataset), ({ group }) => seriesOf(group))
  const test = new Set(
    Object.entries(IMAGES).flatMap(([name, images]) => lowest(name, series[name] ?? [], images)),
  )
  rmSync(root, { recursive: true, force: true }) // of another cut, an image would be in both parts
  for (const sample of outsideTest(dataset)) {
    const part = test.has(sample) ? 'test' : 'train'
    const copy = join(root, part, basename(dirname(sample.file)), basename(sample.file))
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, await dataset.bytes(sample), { flag: 'wx' })
  }
  dataset.close()
  return { root, fingerprint: dataset.fingerprint }
}

/**
 * @returns the patients with the lowest numbers of a series, until they have so many images
 * @throws Error if the series has no more images than that
 */
function lowest(name: string, samples: Sample[], images: number): Sample[] {
  if (samples.length <= images) throw new Error(`There are no ${images} images of ${name} to set aside.`)
  const numbered = ({ group }: Sample) => Number(numberOf(group))
  const ordered = samples.toSorted((a, b) => numbered(a) - numbered(b))
  return ordered.filter((sample) => numbered(sample) <= numbered(ordered[images - 1]))
}
