import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { Command } from 'commander'
import { contactSheet } from '../dataset/contact-sheet.ts'
import {
  alsoInTest,
  type Dataset,
  loadDataset,
  type Part,
  partOf,
  patientsOf,
  taskOf,
} from '../dataset/dataset.ts'
import { download, findArchive, LICENCE, RECORD, unpack } from '../dataset/fetch.ts'
import type { ClassLabel } from '../dataset/files.ts'
import { AUDIT_SIZE, nearDuplicates, type Pair } from '../dataset/near-duplicates.ts'
import { pushDataset } from '../dataset/push.ts'
import { UsageError } from '../errors.ts'
import { exists } from '../run/folder.ts'
import { progressBar, report, say, table } from '../terminal.ts'

const SIZE = { height: 180, width: 180 }
const PARTS: Part[] = ['train', 'validation', 'test']
const SHEET_IMAGES = 48

export const data = new Command('data')
  .description('counts classes, patients and duplicates, names unreadable files, shows the split')
  .argument('<dir>', 'folder of class folders, with or without train/, val/, test/ above them, or gs://…')
  .option('--out <folder>', 'write a contact sheet per class there')
  .option('--near', 'also look for the same film under two patients: scaled, recompressed or mirrored copies')
  .option('--json', 'print one JSON object')
  .action(async (dir, options) => {
    const bar = progressBar('decoding')
    const dataset = await loadDataset(dir, SIZE, bar.update)
    bar.stop()
    const summary = { ...summarize(dataset), ...(options.near ? { near: await audit(dir) } : {}) }
    if (options.out) {
      await mkdir(options.out, { recursive: true })
      for (const { label } of summary.classes) {
        const samples = dataset.samples.filter((sample) => sample.label === label)
        const step = Math.max(1, Math.floor(samples.length / SHEET_IMAGES))
        const chosen = samples.filter((_, i) => i % step === 0).slice(0, SHEET_IMAGES)
        const path = join(options.out, `${label.toLowerCase()}.png`)
        await contactSheet(
          path,
          chosen.map((s) => ({ pixels: dataset.pixels(s), caption: `${s.patient} ${s.part}` })),
          SIZE,
          `${label}${dataset.synthetic ? ' (synthetic phantoms)' : ''}: ${chosen.length} of ${samples.length}`,
        )
        say(path)
      }
    }
    dataset.close()
    report(options.json, summary, () => describe(summary))
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
    const pushed = await pushDataset(dir, address, bar.update, options.delete)
    bar.stop()
    if (pushed.extra > 0)
      say(
        options.delete
          ? `${pushed.extra} files that ${dir} lacks were deleted`
          : `warning: ${pushed.extra} files are there that ${dir} lacks; --delete removes them`,
      )
    report(
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
    await download(remote, archive, downloading.update)
    downloading.stop()
    const unpacking = progressBar('unpacking')
    await unpack(archive, dir, unpacking.update)
    unpacking.stop()
    await rm(archive)
    report(options.json, { directory: dir, ...remote, licence: LICENCE }, () => `the data set is in ${dir}`)
  })

async function audit(dir: string): Promise<Pair[]> {
  await loadEngine()
  const bar = progressBar('decoding for the audit')
  const dataset = await loadDataset(dir, AUDIT_SIZE, bar.update)
  bar.stop()
  try {
    return nearDuplicates(dataset)
  } finally {
    dataset.close()
  }
}

function summarize(dataset: Dataset) {
  const labels = [...new Set(dataset.samples.map((sample) => sample.label))].sort() as ClassLabel[]
  const classes = labels.map((label) => {
    const all = dataset.samples.filter((sample) => sample.label === label)
    const parts = Object.fromEntries(
      PARTS.map((part) => [part, all.filter((sample) => sample.part === part).length]),
    )
    return { label, images: all.length, patients: patientsOf(all), ...parts }
  })
  const parts = PARTS.map((part) => ({
    part,
    images: partOf(dataset, part).length,
    patients: patientsOf(partOf(dataset, part)),
  }))
  return {
    schema: 1,
    directory: dataset.directory,
    synthetic: dataset.synthetic,
    task: taskOf(dataset),
    images: dataset.samples.length,
    patients: patientsOf(dataset.samples),
    classes,
    parts: parts.filter(({ images }) => images > 0),
    duplicates: dataset.duplicates,
    alsoInTest: alsoInTest(dataset),
    skipped: dataset.skipped,
    unreadable: dataset.unreadable,
    withoutPatient: dataset.withoutPatient,
    fingerprint: dataset.fingerprint,
  }
}

function describe(s: ReturnType<typeof summarize> & { near?: Pair[] }): string {
  const share = (part: number, whole: number) => `${part} (${((100 * part) / whole).toFixed(1)} %)`
  const rows = s.classes.map((c) => [
    c.label,
    c.images,
    c.patients,
    ...PARTS.map((part) => share(Number(c[part as keyof typeof c] ?? 0), c.images)),
  ])
  const copies = s.duplicates.reduce((sum, group) => sum + group.length - 1, 0)
  return [
    `${s.images} images of ${s.patients} patients in ${s.directory}${s.synthetic ? ' (synthetic phantoms)' : ''}`,
    '',
    table([['class', 'images', 'patients', ...PARTS], ...rows]),
    '',
    ...s.parts.map(({ part, images, patients }) => `${part}: ${images} images of ${patients} patients`),
    `exact duplicates: ${copies} in ${s.duplicates.length} groups, each kept on one side of training and validation`,
    ...(s.alsoInTest.patients + s.alsoInTest.images > 0
      ? [
          `warning: ${s.alsoInTest.patients} patient ids and ${s.alsoInTest.images} identical images of test/ are in the other parts too`,
        ]
      : []),
    ...(s.near
      ? [
          `the same film under two patients: ${s.near.length} pairs, ${s.near.filter((pair) => pair.acrossParts).length} on both sides of the split`,
          ...s.near.map(
            ({ files, correlation, mirrored }) =>
              `  ${files.join(' and ')}: correlation ${correlation.toFixed(4)}${mirrored ? ', mirrored' : ''}`,
          ),
        ]
      : []),
    `skipped, no JPEG, PNG or WebP: ${s.skipped}`,
    `unreadable: ${s.unreadable.length}`,
    ...s.unreadable.map(({ file, reason }) => `  ${file}: ${reason}`),
    ...(s.withoutPatient > 0
      ? [`warning: ${s.withoutPatient} file names tell no patient; each counts as a patient of its own`]
      : []),
    `fingerprint: ${s.fingerprint}`,
  ].join('\n')
}
