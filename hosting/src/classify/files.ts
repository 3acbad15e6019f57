/** Files that somebody chose, as films. */
import type { TFunction } from 'i18next'
import type { Film } from '../film.ts'

const MAX_FILE_BYTES = 10 * 1024 * 1024
/** More belong to the command line: zoidberg predict. */
const MAX_FILES = 100

let count = 0

/**
 * Reads files now: one that is gone later would look like a server that cannot be reached.
 *
 * @returns the films that can be sent, and a sentence for each file that cannot
 */
export async function readFiles(
  files: readonly File[],
  t: TFunction,
): Promise<{ films: Film[]; troubles: string[] }> {
  const read = await Promise.all(files.slice(0, MAX_FILES).map((file) => readFile(file, t)))
  return {
    films: read.filter((one) => typeof one !== 'string'),
    troubles: [
      ...read.filter((one) => typeof one === 'string'),
      ...(files.length > MAX_FILES ? [t('errors.tooMany', { count: MAX_FILES })] : []),
    ],
  }
}

async function readFile(file: File, t: TFunction): Promise<Film | string> {
  const { name, type, size } = file
  if (size > MAX_FILE_BYTES) return t('errors.tooLarge', { name })
  try {
    const image = new Blob([await file.arrayBuffer()], { type })
    const url = type.startsWith('image/') ? URL.createObjectURL(image) : ''
    return { id: `file ${++count}`, url, name, file: name, image: async () => image }
  } catch {
    return t('errors.unreadable', { name })
  }
}
