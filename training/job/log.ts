/** Structured logs, one JSON object a line, as Cloud Logging reads them: https://cloud.google.com/run/docs/logging */
export type Severity = 'INFO' | 'WARNING' | 'ERROR'

const {
  ZOIDBERG_RUN: run,
  CLOUD_RUN_TASK_INDEX: task = '0',
  CLOUD_RUN_TASK_ATTEMPT: attempt = '0',
} = process.env

/**
 * Writes a line of the log.
 *
 * @param message for people
 * @param fields that can be searched for
 */
export function log(severity: Severity, message: string, fields: Record<string, unknown> = {}): void {
  const time = new Date().toISOString()
  process.stdout.write(`${JSON.stringify({ severity, message, time, run, task, attempt, ...fields })}\n`)
}
