/** The images of a data set as matrices in files, which programs in any language read. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadDataset, partOf, truthOf } from '@zoidberg/training/dataset/dataset.ts'

/** Of the student report. */
const SIZE = { height: 32, width: 32 }

const [directory, folder] = process.argv.slice(2)
const dataset = await loadDataset(directory, SIZE)
for (const part of ['train', 'validation'] as const) {
  const samples = partOf(dataset, part)
  const rows = samples.map((sample) => Buffer.from(dataset.pixels(sample)))
  writeFileSync(join(folder, `${part}.x`), Buffer.concat(rows))
  writeFileSync(join(folder, `${part}.y`), Uint8Array.from(truthOf(samples)))
}
const { fingerprint, synthetic } = dataset
dataset.close()
console.log(JSON.stringify({ fingerprint, synthetic }))
