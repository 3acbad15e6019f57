/** Answers as files. Pure. */
import type { Prediction } from '@zoidberg/client/client.ts'

/** Spreadsheets take a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: string | number): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export type Row = { file: string; prediction?: Prediction; error?: string }

/** @returns a table with a line for each file, by RFC 4180 */
export function toCsv(rows: readonly Row[]): string {
  const labels = [...new Set(rows.flatMap(({ prediction }) => Object.keys(prediction?.probabilities ?? {})))]
  const head = [
    'file',
    'label',
    ...labels,
    'probability',
    'threshold',
    'operatingPoint',
    'model',
    'warnings',
    'error',
  ]
  const lines = rows.map(({ file, prediction, error = '' }) => {
    if (!prediction) return [file, '', ...labels.map(() => ''), '', '', '', '', '', error]
    const { label, probabilities, decision, model, warnings } = prediction
    return [
      file,
      label,
      ...labels.map((name) => probabilities[name] ?? ''),
      decision.probability,
      decision.threshold,
      decision.operatingPoint,
      model.id,
      warnings.map(({ code }) => code).join(' '),
      '',
    ]
  })
  return `${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

/** @returns the answers as JSON; maps are left out, which would be most of it */
export const toJson = (rows: readonly Row[]): string =>
  `${JSON.stringify(
    rows.map(({ file, prediction, error }) => {
      if (!prediction) return { file, error }
      const { explanation: _, ...rest } = prediction
      return { ...rest, file }
    }),
    null,
    2,
  )}\n`

/** Lets the browser save a text. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
