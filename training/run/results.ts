/** Predictions of many files, a line each, in a file that can be gone on with: JSON lines, or CSV for tables. */
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Decision, Warning } from '@zoidberg/core/contract/prediction.ts'
import type { Problem } from '@zoidberg/core/contract/problems.ts'
import { parse } from 'csv-parse/sync'
import { UsageError } from '../errors.ts'

/** What is kept of an answer, wherever it is from. */
export type Answered = {
  file: string
  label: string
  probabilities: object
  decision: Decision
  warnings: Warning[]
}
export type Result = Answered | { file: string; error: Problem }

const COLUMNS = ['file', 'label', 'positive', 'probability', 'threshold', 'warnings', 'error']

/** @property done names of the files that have a line already */
export type Results = { done: ReadonlySet<string>; add(result: Result): Promise<void> }

/**
 * Opens a file of results; one that is there is gone on with.
 *
 * @param path that ends in .jsonl or .csv
 * @throws UsageError for another ending
 */
export async function openResults(path: string): Promise<Results> {
  const ending = extname(path).toLowerCase()
  if (ending !== '.jsonl' && ending !== '.csv')
    throw new UsageError(`--out takes a file that ends in .jsonl or .csv, not ${path}.`)
  const before = await readFile(path, 'utf8').catch(() => '')
  // A line that a kill cut off is written again.
  const whole = before.slice(0, before.lastIndexOf('\n') + 1)
  if (whole !== before) await writeFile(path, whole)
  if (ending === '.csv' && whole === '') await writeFile(path, `${COLUMNS.join(',')}\n`)
  const done = ending === '.csv' ? namesInTable(whole) : namesInLines(whole)
  const lineOf = ending === '.csv' ? toRow : (result: Result) => JSON.stringify(result)
  return { done: new Set(done), add: (result) => appendFile(path, `${lineOf(result)}\n`) }
}

const namesInLines = (text: string): string[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as Result).file)

const namesInTable = (text: string): string[] =>
  (parse(text, { columns: true, skip_empty_lines: true }) as { file: string }[]).map(({ file }) =>
    file.replace(/^'(?=[=+@-])/, ''),
  )

function toRow(result: Result): string {
  const cells =
    'error' in result
      ? [result.file, '', '', '', '', '', result.error.detail]
      : [
          result.file,
          result.label,
          String(result.decision.positive),
          String(result.decision.probability),
          String(result.decision.threshold),
          result.warnings.map(({ code }) => code).join(' '),
          '',
        ]
  return cells.map(cell).join(',')
}

/** As spreadsheets read it; what they would take for a formula is taken for text. */
const cell = (text: string): string => {
  const safe = /^[=+@-]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
