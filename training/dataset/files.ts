/** Finds labelled images: DIR with class folders, with or without `train/`, `val/`, `test/` above them. */
import { basename, relative } from 'node:path'
import { UsageError } from '../errors.ts'
import { PHANTOM_MARK } from './phantom.ts'
import type { Source, SourceFile } from './source.ts'

export type ClassLabel = 'NORMAL' | 'PNEUMONIA' | 'BACTERIA' | 'VIRUS'
/** @property file its path below the folder that holds the parts or classes */
export type LabelledFile = SourceFile & { file: string; label: ClassLabel; test: boolean }

const CLASS_FOLDERS: Record<string, ClassLabel> = {
  normal: 'NORMAL',
  pneumonia: 'PNEUMONIA',
  bacteria: 'BACTERIA',
  bacterial: 'BACTERIA',
  'bacterial pneumonia': 'BACTERIA',
  virus: 'VIRUS',
  viral: 'VIRUS',
  'viral pneumonia': 'VIRUS',
}
const POOLED_FOLDERS = ['train', 'val', 'validation']
const TEST_FOLDER = 'test'

/** @property mark what says that the data set is synthetic, if it does */
type Found = { files: LabelledFile[]; mark: SourceFile | undefined }

/**
 * Lists the files in the class folders of DIR, or of the one folder in it that an archive unpacks to; what a name tells
 * of the subtype of pneumonia is used.
 *
 * @param source the data set
 * @param root where to look; where the source begins if left out
 * @returns the files, sorted by path
 * @throws UsageError if DIR is missing or has no class folders
 */
export async function findFiles(source: Source, root = source.root): Promise<Found> {
  const folders = await source.folders(root)
  const named = (path: string) => basename(path).toLowerCase()
  const parts = folders.filter((path) => [...POOLED_FOLDERS, TEST_FOLDER].includes(named(path)))
  const files: LabelledFile[] = []
  for (const part of parts.length > 0 ? parts : [root]) {
    const test = parts.length > 0 && named(part) === TEST_FOLDER
    for (const folder of part === root ? folders : await source.folders(part)) {
      const label = CLASS_FOLDERS[named(folder)]
      if (!label) continue
      for (const found of await source.files(folder)) {
        const file = relative(root, found.path)
        files.push({ ...found, file, label: subtypeOf(found.path, label), test })
      }
    }
  }
  if (files.length > 0) {
    const mark = (await source.files(root)).find(({ path }) => basename(path) === PHANTOM_MARK)
    return { files: files.sort((a, b) => (a.file < b.file ? -1 : 1)), mark }
  }
  const inner = folders.filter((path) => basename(path) !== '__MACOSX')
  if (parts.length === 0 && inner.length === 1) return findFiles(source, inner[0])
  throw new UsageError(`${source.address} has no images in class folders such as NORMAL and PNEUMONIA.`)
}

function subtypeOf(path: string, label: ClassLabel): ClassLabel {
  const name = basename(path)
  if (label !== 'PNEUMONIA') return label
  if (/bacteria/i.test(name)) return 'BACTERIA'
  if (/virus/i.test(name)) return 'VIRUS'
  return label
}
