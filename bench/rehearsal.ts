/**
 * `npm run rehearsal -- DIR OUT`: the judgement of the official test, rehearsed. The official test holds the patients with
 * the lowest numbers of each series of normals; so the next lowest are set aside in a `test/` of their own, as many images
 * as there, the shipped recipe is trained whole on the others, and the result asked once. Goes on where it stopped.
 * Writes bench/rehearsal.json.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { loadDataset, outsideTest, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberOf, sourceOf } from '@zoidberg/training/dataset/patient.ts'
import { defaultModel } from '@zoidberg/training/models/default.ts'
import { trained, zoidberg } from './trained.ts'

/** Images of the official test: 234 normal, here by the shares of the two series, and 390 with pneumonia. */
const IMAGES: Record<string, number> = { IM: 104, 'NORMAL2-IM': 130, person: 390 }
const SEED = '1'

const [directory, out] = process.argv.slice(2)
if (!out) throw new Error('say which data set and where to: npm run rehearsal -- DIR OUT')

/**
 * The patients with the lowest numbers of a series, until they have so many images.
 *
 * @throws Error if the series has no more images than that
 */
function lowest(name: string, samples: Sample[], images: number): Sample[] {
  if (samples.length <= images)
    throw new Error(`${directory} has no ${images} images of ${name} to set aside.`)
  const ordered = samples.toSorted((a, b) => Number(numberOf(a.group)) - Number(numberOf(b.group)))
  return ordered.filter(({ group }) => Number(numberOf(group)) <= Number(numberOf(ordered[images - 1].group)))
}

/** Copies of the images under OUT/data, some of them in `test/`. */
async function setAside(): Promise<string> {
  const dataset = await loadDataset(directory, defaultModel.size)
  const series = Object.groupBy(outsideTest(dataset), ({ group }) => sourceOf(group))
  const test = new Set(
    Object.entries(IMAGES).flatMap(([name, images]) => lowest(name, series[name] ?? [], images)),
  )
  const root = join(out, 'data')
  rmSync(root, { recursive: true, force: true }) // of another cut, an image would be in both parts
  for (const sample of outsideTest(dataset)) {
    const part = test.has(sample) ? 'test' : 'train'
    const copy = join(root, part, basename(dirname(sample.file)), basename(sample.file))
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, await dataset.bytes(sample), { flag: 'wx' })
  }
  dataset.close()
  return root
}

const data = await setAside()
const run = join(out, 'run')
trained(run, ['--data', data, '--model', 'default', '--seed', SEED])
const evaluate = (part: string) =>
  JSON.parse(zoidberg(['evaluate', '--model', run, '--data', data, '--part', part, '--json']))
const path = new URL('rehearsal.json', import.meta.url)
const result = { seed: SEED, validation: evaluate('validation'), test: evaluate('test') }
writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`)
