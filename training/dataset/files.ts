/** Finds labelled images: class folders, with or without `train/`, `val/`, `test/` above them, or a labels file beside them. */
import { basename, relative } from 'node:path'
import { UsageError } from '../errors.ts'
import { isClassName, kindOf, labelOf, negativeOf, printable } from './classes.ts'
import { type GivenPart, LABELS_FILE, partNamed, readLabels } from './labels-file.ts'
import { PHANTOM_MARK } from './phantom.ts'
import type { Source, SourceFile } from './source.ts'

/**
 * @property file its path below the folder that holds the parts or classes
 * @property label of its class
 * @property part what the data set says of it, by a folder or in the labels file
 * @property patient what the labels file says, or the folder that it lies in below its class
 */
export type LabelledFile = SourceFile & {
  file: string
  label: string
  part?: GivenPart
  patient?: string
}

/** What was passed over, and why. */
export type Ignored = { path: string; why: string }

/**
 * @property classes labels, the negative one first
 * @property mark what says that the data set is synthetic, if it does
 */
export type Found = {
  files: LabelledFile[]
  classes: string[]
  ignored: Ignored[]
  mark: SourceFile | undefined
}

/** @property negative the class that means that nothing was found */
export type FindOptions = { negative?: string }

/** Folders that archives and systems leave, and nobody means. */
const HIDDEN = /^(\.|__MACOSX$)/
/** Below a class: COVID-19 Radiography keeps drawings of the lungs there. */
const MASKS = /^masks?$/i
/** A folder of images below a class names no patient. */
const IMAGES = /^(images?|imgs?|files|data|png|jpe?g|dicom)$/i
const MAX_DEPTH = 4
const MAX_CLASSES = 20

/**
 * Lists the labelled files of DIR, or of the one folder in it that an archive unpacks to.
 *
 * @returns the files, sorted by path, and what was passed over
 * @throws UsageError if DIR is missing, has no classes, or does not tell which of them is the negative one
 */
export async function findFiles(source: Source, { negative }: FindOptions = {}): Promise<Found> {
  const { files, ignored, mark } = await findBelow(source, source.root)
  const labels = [...new Set(files.map(({ label }) => label))].sort()
  const first = negativeOf(labels, negative)
  const classes = [first, ...labels.filter((label) => label !== first)]
  if (classes.length > MAX_CLASSES)
    throw new UsageError(`${source.address} has ${classes.length} classes; there may be ${MAX_CLASSES}.`)
  return { files: files.toSorted((a, b) => (a.file < b.file ? -1 : 1)), classes, ignored, mark }
}

type Below = Omit<Found, 'classes'>

async function findBelow(source: Source, root: string): Promise<Below> {
  const beside = await source.files(root)
  const mark = beside.find(({ path }) => basename(path) === PHANTOM_MARK)
  const table = beside.find(({ path }) => basename(path) === LABELS_FILE)
  if (table) return { ...(await fromTable(source, root, table)), mark }
  const folders = (await source.folders(root)).filter((path) => !HIDDEN.test(basename(path)))
  const parts = folders.filter((path) => partNamed(basename(path)))
  if (parts.length === 0 && folders.length === 1 && (await isWrapper(source, folders[0])))
    return findBelow(source, folders[0])
  const found = parts.length > 0 ? await fromParts(source, { root, folders, parts }) : undefined
  const { files, ignored } = found ?? (await fromClasses(source, { root, folder: root }))
  if (files.length > 0) return { files, ignored, mark }
  throw new UsageError(
    `${source.address} has no images in class folders such as NORMAL and PNEUMONIA, and no ${LABELS_FILE}.`,
  )
}

/** Whether a folder is what an archive unpacks to, and no class: it holds folders, or a labels file, and no image. */
async function isWrapper(source: Source, folder: string): Promise<boolean> {
  const files = (await source.files(folder)).filter(({ path }) => !HIDDEN.test(basename(path)))
  if (files.some(({ path }) => basename(path) === LABELS_FILE)) return true
  return !isClassName(basename(folder)) && (await source.folders(folder)).length > 0
}

type Listed = Pick<Below, 'files' | 'ignored'>

async function fromParts(
  source: Source,
  { root, folders, parts }: { root: string; folders: string[]; parts: string[] },
): Promise<Listed> {
  const of = parts.map((folder) => fromClasses(source, { root, folder, part: partNamed(basename(folder)) }))
  const listed = await Promise.all(of)
  const others = folders.filter((path) => !parts.includes(path))
  const why = `it lies beside ${parts.map((path) => `${basename(path)}/`).join(', ')}`
  return {
    files: listed.flatMap(({ files }) => files),
    ignored: [
      ...listed.flatMap(({ ignored }) => ignored),
      ...others.map((path) => ({ path: relative(root, path), why })),
    ],
  }
}

async function fromClasses(
  source: Source,
  { root, folder, part }: { root: string; folder: string; part?: GivenPart },
): Promise<Listed> {
  const result: Listed = { files: [], ignored: [] }
  for (const path of await source.folders(folder)) {
    const name = basename(path)
    if (HIDDEN.test(name)) continue
    const inside = await filesBelow(source, path)
    if (inside.files.length === 0) result.ignored.push({ path: relative(root, path), why: 'it has no files' })
    else {
      const label = labelOf(name)
      for (const { found, patient } of inside.files)
        result.files.push({
          ...found,
          file: relative(root, found.path),
          label: kindOf(basename(found.path), label),
          ...(part ? { part } : {}),
          ...(patient ? { patient } : {}),
        })
    }
    result.ignored.push(...inside.ignored.map(({ path, why }) => ({ path: relative(root, path), why })))
  }
  return result
}

/** The files of a class, those in folders below it too: such a folder is a patient's. */
async function filesBelow(
  source: Source,
  folder: string,
  patient?: string,
  depth = 1,
): Promise<{ files: { found: SourceFile; patient?: string }[]; ignored: Ignored[] }> {
  const files: { found: SourceFile; patient?: string }[] = (await source.files(folder)).map((found) => ({
    found,
    patient,
  }))
  const ignored: Ignored[] = []
  for (const path of await source.folders(folder)) {
    const name = basename(path)
    if (MASKS.test(name)) ignored.push({ path, why: 'masks are no X-rays' })
    else if (depth >= MAX_DEPTH) ignored.push({ path, why: `it lies more than ${MAX_DEPTH} folders deep` })
    else if (!HIDDEN.test(name)) {
      const named = patient ?? (IMAGES.test(name) ? undefined : name)
      const inner = await filesBelow(source, path, named, depth + 1)
      files.push(...inner.files)
      ignored.push(...inner.ignored)
    }
  }
  return { files, ignored }
}

async function fromTable(source: Source, root: string, table: SourceFile): Promise<Listed> {
  const rows = readLabels(Buffer.from(await source.read(table)).toString('utf8'))
  const there = new Map(
    (await filesBelow(source, root)).files.map(({ found }) => [relative(root, found.path), found]),
  )
  const ignored: Ignored[] = []
  const files: LabelledFile[] = []
  for (const { path, ...row } of rows) {
    const found = there.get(path)
    if (found) files.push({ ...found, file: path, ...row })
    else ignored.push({ path: printable(path), why: `${LABELS_FILE} lists it, and it is not there` })
    there.delete(path)
  }
  for (const path of there.keys())
    if (path !== LABELS_FILE && path !== PHANTOM_MARK)
      ignored.push({ path: printable(path), why: `${LABELS_FILE} does not list it` })
  if (files.length === 0) throw new UsageError(`${LABELS_FILE} lists no file that is there.`)
  return { files, ignored }
}
