/**
 * `node scripts/films.ts DIR`: writes the films that ship with the default model, from the validation part of the Kermany
 * data. Eight of each class, of different patients, those with the lowest SHA-256: nobody looked at how they are answered.
 */
import { join } from 'node:path'
import { toJson, writeFiles } from '@zoidberg/core/files.ts'
import { loadDataset, partOf } from '@zoidberg/training/dataset/dataset.ts'

const PER_CLASS = 8
const FOLDER = join(import.meta.dirname, '../models/default/films')
const ATTRIBUTION = {
  text: 'Kermany, Zhang, Goldbaum (2018): Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images, Mendeley Data',
  url: 'https://data.mendeley.com/datasets/rscbjbr9sj/3',
  license: 'CC BY 4.0',
}

const dataset = await loadDataset(process.argv[2], { height: 32, width: 32 })
const byHash = partOf(dataset, 'validation').sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
const films = ['NORMAL', 'BACTERIA', 'VIRUS'].flatMap((label) => {
  const ofClass = byHash.filter((sample) => sample.label === label)
  const ofPatients = ofClass.filter(
    (sample, i) => ofClass.findIndex(({ patient }) => patient === sample.patient) === i,
  )
  return ofPatients
    .slice(0, PER_CLASS)
    .map((sample, i) => ({ sample, label, name: `${label.toLowerCase()}-${i + 1}` }))
})
const files = films.map(
  async ({ sample, name }) => [`${name}.jpeg`, await dataset.bytes(sample)] as [string, Uint8Array],
)
const index = {
  synthetic: false,
  attribution: ATTRIBUTION,
  samples: films.map(({ name, label }) => ({ name, label })),
}
await writeFiles(FOLDER, [...(await Promise.all(files)), ['index.json', toJson(index)]])
dataset.close()
