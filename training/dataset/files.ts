/** Finds labelled images: DIR with class folders, with or without `train/`, `val/`, `test/` above them. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'

export type ClassLabel = 'NORMAL' | 'PNEUMONIA' | 'BACTERIA' | 'VIRUS'
export type LabelledFile = {
  path: string
  file: string
  label: ClassLabel
  test: boolean
  size: number
  mtimeMs: number
}

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

/**
 * Lists the files below the class folders, sorted by path; links are followed, what a name tells of the kind of
 * pneumonia is used.
 *
 * @throws UsageError if DIR is missing or has no class folders
 */
export async function findFiles(directory: string): Promise<LabelledFile[]> {
  const names = await subfolders(directory)
  const parts = names.filter((name) => [...POOLED_FOLDERS, TEST_FOLDER].includes(name.toLowerCase()))
  const files: LabelledFile[] = []
  for (const part of parts.length > 0 ? parts : ['.']) {
    const test = part.toLowerCase() === TEST_FOLDER
    for (const name of await subfolders(join(directory, part))) {
      const label = CLASS_FOLDERS[name.toLowerCase()]
      if (label) await collect(directory, join(part, name), label, test, files)
    }
  }
  if (files.length > 0) return files.sort((a, b) => (a.file < b.file ? -1 : 1))
  const inner = names.filter((name) => name !== '__MACOSX')
  if (parts.length === 0 && inner.length === 1) return findFiles(join(directory, inner[0]))
  throw new UsageError(`${directory} has no images in class folders such as NORMAL and PNEUMONIA.`)
}

/** The folder that `file` is named from: DIR, or the one folder inside it. */
export const rootOf = ({ path, file }: LabelledFile): string => path.slice(0, -file.length - 1)

async function subfolders(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error) => {
    throw new UsageError(`cannot read the folder ${directory}: ${error.code}`)
  })
  const isFolder = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name)).catch(() => undefined))?.isDirectory()),
  )
  return names.filter((_, i) => isFolder[i]).sort()
}

async function collect(root: string, folder: string, label: ClassLabel, test: boolean, into: LabelledFile[]) {
  const names = await readdir(join(root, folder))
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(root, folder, name)
      const info = await stat(path).catch(() => undefined)
      if (!info?.isFile()) return []
      return [
        {
          path,
          file: join(folder, name),
          label: kindOf(name, label),
          test,
          size: info.size,
          mtimeMs: info.mtimeMs,
        },
      ]
    }),
  )
  into.push(...found.flat())
}

function kindOf(name: string, label: ClassLabel): ClassLabel {
  if (label !== 'PNEUMONIA') return label
  if (/bacteria/i.test(name)) return 'BACTERIA'
  if (/virus/i.test(name)) return 'VIRUS'
  return label
}
