/** `labels.csv` beside the images says what names do not: most hospitals have it that way. */
import { parse } from 'csv-parse/sync'
import { UsageError } from '../errors.ts'
import { labelOf, printable } from './classes.ts'

export const LABELS_FILE = 'labels.csv'

export type GivenPart = 'train' | 'validation' | 'test'
/** @property path below the folder of the labels file */
export type LabelledRow = { path: string; label: string; patient?: string; part?: GivenPart }

/** What columns may be called. */
const COLUMNS = {
  path: ['path', 'file', 'filename', 'file_name', 'image', 'image_path'],
  label: ['label', 'class', 'finding', 'diagnosis'],
  patient: ['patient', 'patient_id', 'patientid', 'subject', 'subject_id'],
  split: ['split', 'part', 'set', 'partition'],
} as const

const PARTS = new Map<string, GivenPart>([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
])

/** @returns the part that a folder or a cell of a table names; undefined if it is none */
export const partNamed = (name: string): GivenPart | undefined => PARTS.get(name.toLowerCase())

/**
 * Reads a labels file.
 *
 * @param text with a header; columns `path` and `label`, and `patient` and `split` where they are known
 * @returns a row for each image, in the order of the file
 * @throws UsageError naming the column or the line that is wrong
 */
export function readLabels(text: string): LabelledRow[] {
  const rows = parseRows(text)
  const header = Object.keys(rows[0] ?? {})
  const columnOf = (names: readonly string[]) =>
    header.find((column) => names.includes(column.trim().toLowerCase()))
  const [path, label] = [columnOf(COLUMNS.path), columnOf(COLUMNS.label)]
  if (!path || !label)
    throw new UsageError(
      `${LABELS_FILE} needs the columns path and label; it has ${header.map(printable).join(', ') || 'none'}.`,
    )
  const [patient, split] = [columnOf(COLUMNS.patient), columnOf(COLUMNS.split)]
  const seen = new Set<string>()
  return rows.map((row, i) => {
    const line = `${LABELS_FILE}, line ${i + 2}`
    const named = row[path].replaceAll('\\', '/').replace(/^\.\//, '')
    if (named === '' || named.startsWith('/') || named.split('/').includes('..'))
      throw new UsageError(`${line}: "${printable(row[path])}" is no path below the folder.`)
    if (seen.has(named)) throw new UsageError(`${line}: ${printable(named)} is there twice.`)
    seen.add(named)
    const part = split && row[split] ? partNamed(row[split]) : undefined
    if (split && row[split] && !part)
      throw new UsageError(`${line}: "${printable(row[split])}" is no part; there are train, val and test.`)
    return {
      path: named,
      label: labelOf(row[label]),
      ...(patient && row[patient] ? { patient: row[patient] } : {}),
      ...(part ? { part } : {}),
    }
  })
}

function parseRows(text: string): Record<string, string>[] {
  try {
    return parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true })
  } catch (error) {
    throw new UsageError(`${LABELS_FILE} cannot be read: ${(error as Error).message}`)
  }
}
