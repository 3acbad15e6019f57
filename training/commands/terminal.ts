/** What commands show and how they end. */
import cliProgress from 'cli-progress'
import { InterruptedError, UsageError } from './errors.ts'

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A line for people. Standard output belongs to results, everything else goes to standard error. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** With `--json` one object, else a text, on standard output. */
export function report(json: boolean, object: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${text()}\n`)
}

/** The last lines of a command that wrote pages: people look for their paths at the end of what was printed. */
export function sayReport(...paths: string[]): void {
  for (const path of paths) say(`Report: ${path}`)
}

/** A bar that nobody stops would keep the process alive. */
const running = new Set<{ stop(): void }>()

/** A progress bar on a terminal, nothing elsewhere. */
export function progressBar(task: string) {
  const format = `${task} {bar} {percentage}% | {value}/{total} | {eta_formatted} left {note}`
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  )
  return {
    update(done: number, total: number, note = '') {
      if (!process.stderr.isTTY) return
      if (running.has(bar)) bar.setTotal(total)
      else bar.start(total, done, { note })
      running.add(bar)
      bar.update(done, { note })
    },
    stop() {
      bar.stop()
      running.delete(bar)
    },
  }
}

/** True from the first Ctrl-C (or SIGTERM) on; a second one ends the process at once. */
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

/** Prints an error the way its kind deserves and returns the exit code. */
export function fail(error: unknown): number {
  for (const bar of running) bar.stop()
  const known = error instanceof UsageError || (error as Error)?.name === 'ZoidbergError'
  say(`zoidberg: ${(error as Error)?.message ?? error}`)
  if (!known && process.env.ZOIDBERG_DEBUG) say(String((error as Error)?.stack))
  if (error instanceof InterruptedError) return EXIT.interrupted
  return known ? EXIT.usage : EXIT.failed
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(rows: (string | number)[][]): string {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => String(row[k]).length)))
  const line = (row: (string | number)[]) =>
    row
      .map((cell, k) =>
        /^[\d.,–%[\] ]+$/.test(String(cell))
          ? String(cell).padStart(widths[k])
          : String(cell).padEnd(widths[k]),
      )
      .join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}
