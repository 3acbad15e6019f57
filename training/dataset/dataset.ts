/** A folder of X-rays as labelled samples with patients, parts and pixels. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { type ClassLabel, findFiles, type LabelledFile } from './files.ts'
import { isValidation, joinDuplicates, patientOf } from './patient.ts'
import { openPixels, type PixelStore } from './pixels.ts'
import { openSource } from './source.ts'

export type Part = 'train' | 'validation' | 'test'

export type Sample = {
  /** Path below DIR, or below the only folder in it where that holds the classes. */
  file: string
  label: ClassLabel
  patient: string
  /** The patient, or the smallest id of all patients that share an identical image: what a split must keep together. */
  group: string
  part: Part
  sha256: string
  row: number
}

export type Dataset = {
  /** DIR as it was given. */
  directory: string
  size: Size
  samples: Sample[]
  /** Files that are no JPEG, PNG or WebP by content, such as `.DS_Store`. */
  skipped: number
  unreadable: { file: string; reason: string }[]
  /** Groups of files with identical bytes. */
  duplicates: string[][]
  /** Files whose name does not tell the patient. */
  withoutPatient: number
  /** Made by `zoidberg phantoms`: no real X-ray among them. */
  synthetic: boolean
  /** Changes with any image, label or part. */
  fingerprint: string
  /** Open file of all pixels, one row of `size` per image; good until `close`, whatever happens to its name. */
  pixelsFile: number
  /** uint8 gray values of a sample, `size.height * size.width`. */
  pixels(sample: Sample): Uint8Array
  /** The file of a sample as it is. */
  bytes(sample: Sample): Promise<Uint8Array>
  /** Closes the file of pixels. */
  close(): void
}

/** Some samples of a data set, with what reads their pixels. */
export type Selection = { dataset: Dataset; samples: Sample[] }

/**
 * Loads a data set; decodes on all cores and caches the pixels.
 *
 * @param directory a folder, or gs://…
 * @param size the square images are squashed to, in pixels
 * @param onProgress counts decoded images
 * @returns the samples, to be closed by the caller
 * @throws UsageError if DIR has no readable image in class folders
 */
export async function loadDataset(directory: string, size: Size, onProgress?: Progress): Promise<Dataset> {
  const source = await openSource(directory)
  const { files, mark } = await findFiles(source)
  const store: PixelStore = await openPixels(source, files, { size, onProgress })
  const images = files.flatMap((file) => {
    const entry = store.entries.get(file.file)
    return entry?.kind === 'image' ? [{ ...file, ...entry, patient: patientOf(basename(file.file)) }] : []
  })
  if (images.length === 0) throw new UsageError(`${directory} has no readable image.`)

  // A test part must not move anybody between the other two.
  const pooled = images.filter(({ test }) => !test)
  const joined = joinDuplicates(pooled.map(({ patient, sha256 }) => ({ patient: patient.id, sha256 })))
  const samples = images.map(({ file, label, test, sha256, row, patient }): Sample => {
    const group = joined.get(patient.id) ?? patient.id
    const part = isValidation(group) ? 'validation' : 'train'
    return {
      file,
      label,
      patient: patient.id,
      group,
      part: test ? 'test' : part,
      sha256,
      row,
    }
  })
  const entries = [...store.entries]
  const byName = new Map(files.map((file) => [file.file, file]))
  return {
    directory,
    size,
    samples,
    skipped: entries.filter(([, entry]) => entry.kind === 'skipped').length,
    unreadable: entries.flatMap(([file, entry]) =>
      entry.kind === 'unreadable' ? [{ file, reason: entry.reason }] : [],
    ),
    duplicates: duplicatesOf(samples),
    withoutPatient: images.filter(({ patient }) => !patient.known).length,
    synthetic: mark !== undefined,
    fingerprint: fingerprintOf(samples),
    pixelsFile: store.file,
    pixels: (sample) => store.read(sample.row),
    bytes: ({ file }) => source.read(byName.get(file) as LabelledFile),
    close: () => store.close(),
  }
}

function duplicatesOf(samples: Sample[]): string[][] {
  const groups = Object.groupBy(samples, (sample) => sample.sha256)
  return Object.values(groups).flatMap((group) =>
    group && group.length > 1 ? [group.map((sample) => sample.file)] : [],
  )
}

function fingerprintOf(samples: Sample[]): string {
  const lines = samples.map(({ sha256, label, part }) => `${sha256} ${label} ${part}`).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)
}

/**
 * Finds the class of a sample.
 *
 * @returns the index of the sample's label in its task's labels
 * @throws UsageError if the task tells subtypes of pneumonia apart and the sample's is not known
 */
export function classIndex(sample: Sample, task: Task): number {
  if (task === 'binary') return sample.label === 'NORMAL' ? 0 : 1
  const index = (TASKS[task] as readonly string[]).indexOf(sample.label)
  if (index >= 0) return index
  throw new UsageError(
    `${sample.file}: neither folder nor name tells bacterial from viral; train with --task binary.`,
  )
}

/** @returns of each sample 1 for pneumonia of any subtype, 0 for NORMAL */
export const truthOf = (samples: Sample[]): number[] =>
  samples.map(({ label }) => (label === 'NORMAL' ? 0 : 1))

/** @returns three classes where the subtype of every pneumonia is known, else two */
export function taskOf(dataset: Dataset): Task {
  const labels = new Set(dataset.samples.map((sample) => sample.label))
  return labels.has('BACTERIA') && labels.has('VIRUS') && !labels.has('PNEUMONIA') ? 'three-class' : 'binary'
}

/** @returns the samples that may be fitted, validated on or looked at */
export const outsideTest = (dataset: Dataset): Sample[] =>
  dataset.samples.filter(({ part }) => part !== 'test')

/** @returns the samples of one part, in the order of their paths */
export const partOf = (dataset: Dataset, part: Part): Sample[] =>
  dataset.samples.filter((sample) => sample.part === part)

/**
 * @returns how many patient ids and identical images of the test part are in the others too: its figures may be too
 * good by so much
 */
export function alsoInTest(dataset: Dataset): { patients: number; images: number } {
  const test = partOf(dataset, 'test')
  const rest = outsideTest(dataset)
  const patients = new Set(rest.map(({ patient }) => patient))
  const images = new Set(rest.map(({ sha256 }) => sha256))
  return {
    patients: patientsOf(test.filter(({ patient }) => patients.has(patient))),
    images: test.filter(({ sha256 }) => images.has(sha256)).length,
  }
}

/** @returns how many patients the samples are of */
export const patientsOf = (samples: Sample[]): number => new Set(samples.map((sample) => sample.patient)).size
