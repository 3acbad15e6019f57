/** `zoidberg data`: what is in a data set; sending one to the bucket; fetching the public one. */
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { loadTensors } from '@zoidberg/core/engines/tfjs.ts'
import { Command } from 'commander'
import { contactSheet } from '../dataset/contact-sheet.ts'
import { loadDataset } from '../dataset/dataset.ts'
import { download, findArchive, LICENCE, RECORD, unpack } from '../dataset/fetch.ts'
import { AUDIT_SIZE, nearDuplicates, type Pair } from '../dataset/near-duplicates.ts'
import { pushDataset } from '../dataset/push.ts'
import { describeDataset, summarizeDataset } from '../dataset/summary.ts'
import { UsageError } from '../errors.ts'
import { exists } from '../run/folder.ts'
import { type DataOptions, datasetOptionsOf, withDataOptions } from './arguments.ts'
import { progressBar } from './progress-bar.ts'
import { printResult, say } from './terminal.ts'

const SIZE = { height: 180, width: 180 }
const SHEET_IMAGES = 48

export const data = withDataOptions(new Command('data'))
  .description('counts classes, patients and duplicates, names unreadable files, shows the split')
  .argument('<dir>', 'folder of class folders, with or without train/, val/, test/ above them, or gs://…')
  .option('--out <folder>', 'write a contact sheet per class there')
  .option('--near', 'also look for the same film under two patients: scaled, recompressed or mirrored copies')
  .option('--json', 'print one JSON object')
  .action(async (dir, options) => {
    const bar = progressBar('decoding')
    const dataset = await loadDataset(dir, SIZE, bar.update, datasetOptionsOf(options))
    bar.stop()
    const summary = {
      ...summarizeDataset(dataset),
      ...(options.near ? { near: await audit(dir, options) } : {}),
    }
    if (options.out) {
      await mkdir(options.out, { recursive: true })
      for (const { label } of summary.classes) {
        const samples = dataset.samples.filter((sample) => sample.label === label)
        const step = Math.max(1, Math.floor(samples.length / SHEET_IMAGES))
        const chosen = samples.filter((_, i) => i % step === 0).slice(0, SHEET_IMAGES)
        const path = join(options.out, `${label.toLowerCase()}.png`)
        const cells = chosen.map((s) => ({ pixels: dataset.pixels(s), caption: `${s.patient} ${s.part}` }))
        const title = `${label}${dataset.synthetic ? ' (synthetic phantoms)' : ''}: ${chosen.length} of ${samples.length}`
        await contactSheet(path, cells, { size: SIZE, title })
        say(path)
      }
    }
    dataset.close()
    printResult(options.json, summary, () => describeDataset(summary))
  })

data
  .command('push')
  .description('uploads a data set for the job; files that are there unchanged are skipped')
  .argument('<dir>', 'folder of class folders')
  .argument('<address>', 'gs://bucket/datasets/NAME')
  .option('--delete', 'delete what is there and not in DIR, such as images that were relabelled')
  .option('--json', 'print one JSON object')
  .action(async (dir, address, options) => {
    const bar = progressBar('uploading')
    const pushed = await pushDataset(dir, address, {
      onProgress: bar.update,
      deletesExtra: options.delete,
    })
    bar.stop()
    if (pushed.extra > 0)
      say(
        options.delete
          ? `${pushed.extra} files that ${dir} lacks were deleted`
          : `warning: ${pushed.extra} files are there that ${dir} lacks; --delete removes them`,
      )
    printResult(
      options.json,
      pushed,
      () =>
        `${pushed.files} files in ${address}, ${pushed.sent} sent (${(pushed.bytes / 1e6).toFixed(1)} MB)`,
    )
  })

data
  .command('fetch')
  .description(`downloads the public archive: ${LICENCE}`)
  .argument('<dir>', 'folder to make')
  .option('--record <url>', 'the record that names the archive', RECORD)
  .option('--json', 'print one JSON object')
  .action(async (given, options) => {
    const dir = resolve(given)
    if (await exists(dir)) throw new UsageError(`${given} exists already.`)
    say(LICENCE)
    await mkdir(dirname(dir), { recursive: true })
    const archive = `${dir}.zip`
    const downloading = progressBar('downloading')
    const remote = await findArchive(options.record)
    await download(remote, archive, { onProgress: downloading.update })
    downloading.stop()
    const unpacking = progressBar('unpacking')
    await unpack(archive, dir, unpacking.update)
    unpacking.stop()
    await rm(archive)
    printResult(
      options.json,
      { directory: dir, ...remote, licence: LICENCE },
      () => `the data set is in ${dir}`,
    )
  })

async function audit(dir: string, options: DataOptions): Promise<Pair[]> {
  await loadTensors()
  const bar = progressBar('decoding for the audit')
  const dataset = await loadDataset(dir, AUDIT_SIZE, bar.update, datasetOptionsOf(options))
  bar.stop()
  const comparing = progressBar('comparing')
  try {
    return nearDuplicates(dataset, comparing.update)
  } finally {
    comparing.stop()
    dataset.close()
  }
}
