/** A folder of X-rays as labelled samples with patients, parts and pixels. */
import { createHash } from 'node:crypto'
import { TASKS, type Task } from '@zoidberg/core/contract/labels.ts'
import type { Size } from '@zoidberg/core/image.ts'
import { UsageError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { togetherOf } from './classes.ts'
import { type FindOptions, findFiles, type Ignored, type LabelledFile } from './files.ts'
import type { GivenPart } from './labels-file.ts'
import { isValidation, joinDuplicates, patientOf } from './patient.ts'
import { openPixels, type PixelStore } from './pixels.ts'
import { openSource } from './source.ts'

export type Part = 'train' | 'validation' | 'test'

export type Sample = {
  /** Path below DIR, or below the only folder in it where that holds the classes. */
  file: string
  label: string
  /** Whether anything was found on it: every class but the negative one. */
  positive: boolean
  patient: string
  /** Whether anything told the patient: else the file is a patient of its own. */
  patientKnown: boolean
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
  /** Labels, the negative one first. */
  classes: string[]
  /** Parts that the data set names, whether they were kept or pooled. */
  given: GivenPart[]
  /** Folders and files that were passed over. */
  ignored: Ignored[]
  samples: Sample[]
  /** Files that are no JPEG, PNG, WebP or DICOM by content, such as `.DS_Store`. */
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
 * @property negative the class that means that nothing was found
 * @property patients whose first group is the patient, read from a path
 * @property keepsParts whether `val/` stays the validation part; else it is pooled with `train/` and split by patients
 */
export type DatasetOptions = FindOptions & { patients?: RegExp; keepsParts?: boolean }

/**
 * Loads a data set; decodes on all cores and caches the pixels.
 *
 * @param directory a folder, or gs://…
 * @param size the square images are squashed to, in pixels
 * @param onProgress counts decoded images
 * @param options what names do not tell
 * @returns the samples, to be closed by the caller
 * @throws UsageError if DIR has no readable image in class folders
 */
export async function loadDataset(
  directory: string,
  size: Size,
  onProgress?: Progress,
  { negative, patients: pattern, keepsParts = false }: DatasetOptions = {},
): Promise<Dataset> {
  const source = await openSource(directory)
  const { files, classes, ignored, mark } = await findFiles(source, { negative })
  const store: PixelStore = await openPixels(source, files, { size, onProgress })
  const images = files.flatMap((file) => {
    const entry = store.entries.get(file.file)
    return entry?.kind === 'image'
      ? [
          {
            ...file,
            ...entry,
            patient: patientOf({ ...file, patient: file.patient ?? entry.dicomPatient }, pattern),
          },
        ]
      : []
  })
  if (images.length === 0) throw new UsageError(`${directory} has no readable image.`)

  // A test part must not move anybody between the other two.
  const pooled = images.filter(({ part }) => part !== 'test')
  const joined = joinDuplicates(pooled.map(({ patient, sha256 }) => ({ patient: patient.id, sha256 })))
  const samples = images.map(({ file, label, part: given, sha256, row, patient }): Sample => {
    const group = joined.get(patient.id) ?? patient.id
    const hashed = isValidation(group) ? 'validation' : 'train'
    return {
      file,
      label,
      positive: label !== classes[0],
      patient: patient.id,
      patientKnown: patient.known,
      group,
      part: given === 'test' || (keepsParts && given) ? given : hashed,
      sha256,
      row,
    }
  })
  const entries = [...store.entries]
  const byName = new Map(files.map((file) => [file.file, file]))
  return {
    directory,
    size,
    classes,
    given: [...new Set(files.flatMap(({ part }) => part ?? []))].sort(),
    ignored,
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
 * Finds the classes of a task.
 *
 * @returns labels, the negative one first
 */
export function labelsOf({ classes }: Pick<Dataset, 'classes'>, task: Task): string[] {
  const [negative, ...findings] = classes
  if (task === 'binary') return [negative, togetherOf(findings)]
  return task === 'three-class' ? [...TASKS['three-class']] : classes
}

/**
 * Finds the class of a sample.
 *
 * @param labels of the task, as `labelsOf` gives them
 * @returns the index of the sample's label in them; of two classes, the second is whatever was found
 * @throws UsageError if the sample's label is none of them
 */
export function classIndex(
  sample: Pick<Sample, 'file' | 'label' | 'positive'>,
  labels: readonly string[],
): number {
  if (labels.length === 2) return Number(sample.positive)
  const index = labels.indexOf(sample.label)
  if (index >= 0) return index
  throw new UsageError(
    `${sample.file} is labelled ${sample.label}, which is none of ${labels.join(', ')}; train with --task binary.`,
  )
}

/** @returns of each sample 1 for any finding, 0 for the negative class */
export const truthOf = (samples: Sample[]): number[] => samples.map(({ positive }) => Number(positive))

/** @returns the task with the most classes that every image can be labelled for */
export function taskOf({ samples, classes }: Pick<Dataset, 'samples' | 'classes'>): Task {
  const labels = new Set(samples.map((sample) => sample.label))
  const threeClass: readonly string[] = TASKS['three-class']
  if (
    threeClass.slice(1).every((label) => labels.has(label)) &&
    [...labels].every((l) => threeClass.includes(l))
  )
    return 'three-class'
  // Pneumonia with and without its kind is no list of classes.
  return classes.length > 2 && !labels.has('PNEUMONIA') ? 'multi-class' : 'binary'
}

/**
 * @param wanted what was asked for
 * @param own the task that a network was made for
 * @returns the task of a training: with all classes that there are, unless the network was made for two
 */
export const taskFor = (dataset: Dataset, wanted: Task | undefined, own: Task): Task =>
  wanted ?? (own === 'binary' ? 'binary' : taskOf(dataset))

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
