/** The images that arguments mean: files, folders with all below them, patterns, and places in Cloud Storage. */
import { glob, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import { openSource } from './source.ts'

/** @property name as it was given, or below the folder that was */
export type InputFile = { name: string; read(): Promise<Uint8Array> }

/** Systems and archives leave these beside images. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|labels\.csv$)/

/**
 * @param args as the shell gave them
 * @returns the files in the order of the arguments, and of their names below each
 * @throws UsageError naming an argument that means no file
 */
export async function inputFiles(args: readonly string[]): Promise<InputFile[]> {
  const found = await Promise.all(args.map(filesOf))
  return found.flat()
}

async function filesOf(arg: string): Promise<InputFile[]> {
  if (arg.startsWith('gs://')) return filesInCloud(arg)
  const info = await stat(arg).catch(() => undefined)
  if (info?.isDirectory()) {
    const names = await readdir(arg, { recursive: true, withFileTypes: true })
    const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    return named(arg, paths)
  }
  if (!info && /[*?[]/.test(arg)) return named(arg, await Array.fromAsync(glob(arg)))
  // One that is not there is named when it is read, beside those that are.
  return [local(arg)]
}

function named(arg: string, paths: string[]): InputFile[] {
  const shown = paths.filter((path) => !HIDDEN.test(path.slice(arg.length))).sort()
  if (shown.length === 0) throw new UsageError(`There is no file in ${arg}.`)
  return shown.map(local)
}

const local = (path: string): InputFile => ({ name: path, read: () => readFile(path) })

async function filesInCloud(address: string): Promise<InputFile[]> {
  const source = await openSource(address)
  const below = async (folder: string): Promise<InputFile[]> => {
    const files = await source.files(folder)
    const inner = await Promise.all((await source.folders(folder)).map(below))
    const shown = files.filter(({ path }) => !HIDDEN.test(path))
    return [...shown.map((file) => ({ name: file.path, read: () => source.read(file) })), ...inner.flat()]
  }
  return below(source.root)
}
