/** Progress bars on a terminal; nothing is drawn elsewhere. */
import cliProgress from 'cli-progress'

/** A bar that nobody stops would keep the process alive. */
const running = new Set<{ stop(): void }>()

/**
 * Makes a bar, which appears with its first update.
 *
 * @param task what is counted, in a word or two
 * @returns `update` with the steps done, all steps and a note behind the bar; `stop` takes the bar away
 */
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

/** Takes every bar away, because the command ends. */
export function stopProgressBars(): void {
  for (const bar of running) bar.stop()
}
