/**
 * `npm run rehearsal -- DIR OUT`: the judgement of the official test, rehearsed. The official test holds the patients with
 * the lowest numbers of each series of normals; so the next lowest are set aside in a `test/` of their own, as many images
 * as there, the shipped recipe is trained whole on the others, and the result asked once. Goes on where it stopped.
 * Writes bench/rehearsal.json.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { loadDataset, type Sample } from '@zoidberg/training/dataset/dataset.ts'
import { numberOf, sourceOf } from '@zoidberg/training/dataset/patient.ts'
import { defaultModel } from '@zoidberg/training/models/default.ts'
import { trained, zoidberg } from './trained.ts'

/** Images of the official test: 234 normal, here by the shares of the two series, and 390 with pneumonia. */
const IMAGES: Record<string, number> = { IM: 104, 'NORMAL2-IM': 130, person: 390 }
const SEED = '1'

const [directory, out] = process.argv.slice(2)
if (!out) throw new Error('say which data set and where to: npm run rehearsal -- DIR OUT')

/** The patients with the lowest numbers of a series, until they have so many images. */
function lowest(samples: Sample[], images: number): Sample[] {
  const ordered = samples.toSorted((a, b) => Number(numberOf(a.group)) - Number(numberOf(b.group)))
  return ordered.filter(({ group }) => Number(numberOf(group)) <= Number(numberOf(ordered[images - 1].group)))
}

/** The same images under OUT/data, as links, some of them in `test/`. */
async function setAside(): Promise<string> {
  const dataset = await loadDataset(directory, defaultModel.size)
  const pooled = dataset.samples.filter(({ part }) => part !== 'test')
  const series = Object.groupBy(pooled, ({ group }) => sourceOf(group))
  const test = new Set(Object.entries(IMAGES).flatMap(([name, images]) => lowest(series[name] ?? [], images)))
  for (const sample of pooled) {
    const name = join(
      test.has(sample) ? 'test' : 'train',
      basename(dirname(sample.file)),
      basename(sample.file),
    )
    const link = join(out, 'data', name)
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(resolve(directory, sample.file), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  dataset.close()
  return join(out, 'data')
}

const data = await setAside()
const run = join(out, 'run')
trained(run, ['--data', data, '--model', 'default', '--seed', SEED])
const evaluate = (part: string) =>
  JSON.parse(zoidberg(['evaluate', '--model', run, '--data', data, '--part', part, '--json']))
const path = new URL('rehearsal.json', import.meta.url)
const result = { seed: SEED, validation: evaluate('validation'), test: evaluate('test') }
writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`)
