/** What a search shows in the end: a table, plots and a page that opens without a network. */
import { join } from 'node:path'
import { toJson } from '@zoidberg/core/files.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row } from '../plots/page.ts'
import { bestSoFarPlot, importancePlot, parallelCoordinates } from '../plots/search-plots.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { Space } from '../space/space.ts'
import { table } from '../table.ts'
import { importances } from './importance.ts'
import { isScored, type Trial } from './trials.ts'

/** @returns the finished trial with the highest score, if there is one; pruned ones were never trained to the end */
export const bestOf = (trials: readonly Trial[]): (Trial & { score: number }) | undefined =>
  trials
    .filter(isScored)
    .filter(({ state }) => state === 'succeeded')
    .reduce<(Trial & { score: number }) | undefined>(
      (best, trial) => (best && best.score >= trial.score ? best : trial),
      undefined,
    )

/** @returns a table with a row per trial */
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

/** The content of `tuning.json`, which is what `tune --json` prints. */
export type SearchSummary = {
  schema: 1
  best: (Trial & { score: number }) | null
  /** Of each dimension the share of the score's variance that it explains alone. */
  importance: Record<string, number>
  trials: readonly Trial[]
}

type Search = { title: string; space: Space; trials: readonly Trial[]; synthetic: boolean }

/**
 * Writes the plots and the page of a search, and `tuning.json`.
 *
 * @param run an existing folder with room for its report
 * @returns what `tuning.json` says
 */
export async function writeSearchReport(
  run: string,
  { title, space, trials, synthetic }: Search,
): Promise<SearchSummary> {
  const scored = trials.filter(isScored)
  const shares = importances(space, scored)
  const best = bestOf(trials)
  const summary: SearchSummary = { schema: 1, best: best ?? null, importance: shares, trials }
  await replaceFile(join(run, 'tuning.json'), toJson(summary))
  const plots: Record<string, string> =
    scored.length === 0
      ? {}
      : {
          'best-so-far': await bestSoFarPlot(scored),
          'parallel-coordinates': await parallelCoordinates(space, scored),
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
