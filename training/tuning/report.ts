/** What a search shows in the end: a table, plots and a page that opens without a network. */
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row } from '../plots/page.ts'
import { bestSoFarPlot, importancePlot, parallelCoordinates } from '../plots/search-plots.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import { table } from '../terminal.ts'
import { importances } from './importance.ts'
import type { Space } from './space.ts'
import { isScored, type Trial } from './trials.ts'

/** The finished trial with the highest score. Pruned ones were never trained to the end. */
export const bestOf = (trials: readonly Trial[]): (Trial & { score: number }) | undefined =>
  trials
    .filter(isScored)
    .filter(({ state }) => state === 'succeeded')
    .reduce<(Trial & { score: number }) | undefined>(
      (best, trial) => (best && best.score >= trial.score ? best : trial),
      undefined,
    )

export function describeTrials(space: Space, trials: readonly Trial[]): string {
  const names = Object.keys(space)
  const show = (value: number | string | undefined) =>
    typeof value === 'number' ? String(Number(value.toPrecision(4))) : (value ?? '')
  return table([
    ['trial', 'state', 'score', 'epochs', ...names, 'seconds', ''],
    ...trials.map((trial) => [
      trial.id,
      trial.state,
      trial.score?.toFixed(4) ?? '',
      `${trial.curve.length}/${trial.epochs}`,
      ...names.map((name) => show(trial.values[name])),
      trial.seconds?.toFixed(0) ?? '',
      trial.error ?? '',
    ]),
  ])
}

export async function writeSearchReport(
  run: string,
  title: string,
  space: Space,
  trials: readonly Trial[],
  synthetic: boolean,
) {
  const scored = trials.filter(isScored)
  const shares = importances(space, scored)
  const best = bestOf(trials)
  const summary = { schema: 1, best: best ?? null, importance: shares, trials }
  await replaceFile(join(run, 'tuning.json'), toJson(summary))
  const plots: Record<string, string> =
    scored.length === 0
      ? {}
      : {
          'best-so-far': await bestSoFarPlot(trials),
          'parallel-coordinates': await parallelCoordinates(space, trials),
          ...(Object.keys(shares).length > 0 ? { importance: await importancePlot(shares) } : {}),
        }
  for (const [name, svg] of Object.entries(plots)) await replaceFile(join(run, REPORT, `${name}.svg`), svg)
  const text = describeTrials(space, trials)
  const head = best
    ? `<pre>best: trial ${best.id}, score ${best.score.toFixed(4)}\n${escapeXml(JSON.stringify(best.values, null, 2))}</pre>`
    : ''
  const sections = [head, row(Object.values(plots)), `<h2>Trials</h2><pre>${escapeXml(text)}</pre>`]
  await replaceFile(join(run, REPORT, 'report.html'), page(title, synthetic, sections))
  return summary
}
