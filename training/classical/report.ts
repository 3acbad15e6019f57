/** What a comparison of classical algorithms shows: plots, and a page that opens without a network. */
import { join } from 'node:path'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { classificationReport } from '../metrics/multiclass.ts'
import { confusionPlot } from '../plots/confusion-plot.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row } from '../plots/page.ts'
import { type Curve, rankingCurves } from '../plots/ranking-curves.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { BaselineRow } from './baseline-row.ts'
import { describeGrid } from './describe.ts'

/** @property text the table of all algorithms */
type Report = { rows: BaselineRow[]; predictions: Curve[]; text: string; synthetic: boolean }

/**
 * Writes the plots and the page of a comparison.
 *
 * @param run an existing folder with room for its report
 */
export async function writeBaselineReport(
  run: string,
  { rows, predictions, text, synthetic }: Report,
): Promise<void> {
  const ranking = await rankingCurves(predictions)
  const matrices = await Promise.all(
    rows.map(({ name, validation }) => confusionPlot(validation.confusion, TASKS.binary, name)),
  )
  const save = (name: string, content: string) => replaceFile(join(run, REPORT, name), content)
  await save('ranking-curves.svg', ranking)
  for (const [i, svg] of matrices.entries()) await save(`confusion-${rows[i].name}.svg`, svg)
  const reports = rows.map(
    ({ name, validation }) => `${name}\n${classificationReport(validation.confusion, TASKS.binary)}`,
  )
  const grids = rows.flatMap(({ name, grid }) =>
    grid ? [`<h2>Grid of ${name}</h2><pre>${escapeXml(describeGrid(grid))}</pre>`] : [],
  )
  const sections = [
    `<pre>${escapeXml(text)}</pre>`,
    `<figure>${ranking}</figure>`,
    row(matrices),
    ...grids,
    `<pre>${escapeXml(reports.join('\n'))}</pre>`,
  ]
  await save('report.html', page('Classical algorithms', synthetic, sections))
}
