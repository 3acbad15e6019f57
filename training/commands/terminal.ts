/** What commands print and how they end. Nothing but commands writes to the terminal. */
import { InterruptedError, UsageError } from '../errors.ts'
import { stopProgressBars } from './progress-bar.ts'

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/**
 * Prints a line for people. Standard output belongs to results, so everything else goes to standard error.
 *
 * @param line without its line break
 */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/**
 * Prints a result on standard output.
 *
 * @param json whether it is printed as one JSON object
 * @param object what `--json` prints
 * @param text what is printed else
 */
export function printResult(json: boolean, object: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${text()}\n`)
}

/**
 * Prints the last lines of a command that wrote pages: people look for their paths at the end of what was printed.
 *
 * @param paths of the pages
 */
export function sayReport(...paths: string[]): void {
  for (const path of paths) say(`Report: ${path}`)
}

/**
 * Listens for Ctrl-C and SIGTERM; a second one ends the process at once.
 *
 * @returns a function that is true from the first one on
 */
export function watchInterrupts(): () => boolean {
  let interrupted = false
  const onSignal = () => {
    if (interrupted) process.exit(EXIT.interrupted)
    interrupted = true
    say('\nInterrupted: saving the best so far (again to stop at once) …')
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return () => interrupted
}

/**
 * Prints an error: its message, and its stack too where ZOIDBERG_DEBUG is set and the error was not expected.
 *
 * @param error what a command threw
 * @returns the exit code of its class
 */
export function fail(error: unknown): number {
  stopProgressBars()
  const known = error instanceof UsageError || (error as Error)?.name === 'ZoidbergError'
  say(`zoidberg: ${(error as Error)?.message ?? error}`)
  if (!known && process.env.ZOIDBERG_DEBUG) say(String((error as Error)?.stack))
  if (error instanceof InterruptedError) return EXIT.interrupted
  return known ? EXIT.usage : EXIT.failed
}
