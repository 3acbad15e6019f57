/** `zoidberg augment`: augmented copies of the training part, on disk. */
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { Command } from 'commander'
import pLimit from 'p-limit'
import sharp from 'sharp'
import { augment as augmentPixels, STUDENT_AUGMENTATION } from '../augmentation/augmentation.ts'
import { contactSheet } from '../dataset/contact-sheet.ts'
import { loadDataset, partOf, type Sample } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { exists } from '../run/folder.ts'
import { datasetOptionsOf, positiveInteger, withDataOptions } from './arguments.ts'
import { progressBar } from './progress-bar.ts'
import { say } from './terminal.ts'

const SIDE = 224 // as the student report wrote its copies
const SHEET_IMAGES = 12
const COPIES_AT_ONCE = 16

export const augment = withDataOptions(new Command('augment'))
  .description('writes augmented copies of the training part beside the untouched images')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <dir2>', 'folder for the larger data set; must not exist')
  .option(
    '--factor <n>',
    'images of the training part after augmentation, per image before',
    positiveInteger,
    2,
  )
  .option('--seed <n>', 'another seed draws other copies', positiveInteger, 1)
  .action(async ({ data, out, factor, seed, ...options }) => {
    if (await exists(out)) throw new UsageError(`${out} already exists.`)
    const size = { height: SIDE, width: SIDE }
    const bar = progressBar('augmenting')
    const dataset = await loadDataset(data, size, bar.update, datasetOptionsOf(options))
    const train = partOf(dataset, 'train')
    // The name keeps what tells the patient, so a copy stays on its patient's side.
    const copyName = ({ file }: Sample, k: number) =>
      join(dirname(file), `${basename(file, extname(file))}_augmented${k}.jpeg`)
    const taken = new Set(dataset.samples.map(({ file }) => file))
    for (const sample of train)
      for (let k = 1; k < factor; k++) {
        const name = copyName(sample, k)
        if (taken.has(name))
          throw new UsageError(`${data} has a ${name} already, or would twice; augment data without copies.`)
        taken.add(name)
      }
    const limit = pLimit(COPIES_AT_ONCE)
    const copyFile = async (sample: Sample) => {
      await mkdir(dirname(join(out, sample.file)), { recursive: true })
      await writeFile(join(out, sample.file), await dataset.bytes(sample))
    }
    await Promise.all(dataset.samples.map((sample) => limit(copyFile, sample)))
    const before: { pixels: Uint8Array; caption: string }[] = []
    const after: typeof before = []
    const copy = new Float32Array(SIDE * SIDE)
    for (const [i, sample] of train.entries()) {
      for (let k = 1; k < factor; k++) {
        augmentPixels(dataset.pixels(sample), {
          size,
          augmentation: STUDENT_AUGMENTATION,
          random: createRandom(seed, i, k),
          into: copy,
        })
        const pixels = Uint8Array.from(copy, Math.round)
        await writeFile(
          join(out, copyName(sample, k)),
          await sharp(pixels, { raw: { ...size, channels: 1 } })
            .jpeg({ quality: 95 })
            .toBuffer(),
        )
        if (k === 1 && i % Math.ceil(train.length / SHEET_IMAGES) === 0) {
          before.push({ pixels: dataset.pixels(sample), caption: `${sample.patient}, before` })
          after.push({ pixels, caption: `${sample.patient}, after` })
        }
      }
      bar.update(i + 1, train.length)
    }
    bar.stop()
    dataset.close()
    if (dataset.synthetic)
      await writeFile(join(out, 'SYNTHETIC.txt'), 'Augmented copies of synthetic chest phantoms.\n')
    if (before.length > 0) {
      const rows = Array.from({ length: Math.ceil(before.length / 8) }, (_, r) => [
        ...before.slice(8 * r, 8 * r + 8),
        ...after.slice(8 * r, 8 * r + 8),
      ]).flat()
      const title = `${dataset.synthetic ? 'Synthetic phantoms before' : 'Before'} and after augmentation`
      await contactSheet(join(out, 'augmented.png'), rows, { size, title })
    }
    say(`${train.length * (factor - 1)} augmented copies beside ${dataset.samples.length} images in ${out}`)
  })
