/** `zoidberg compare`: one table and overlaid plots of several runs. */
import { mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { COMPARED_FIGURES, type ComparedFigure, type Comparison } from '@zoidberg/core/contract/comparison.ts'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { probabilityPercent, ratePercent } from '@zoidberg/core/contract/percent.ts'
import { Command } from 'commander'
import { UsageError } from '../errors.ts'
import { compareModels } from '../evaluation/compare-models.ts'
import { binaryFigures } from '../evaluation/figures.ts'
import { confusionAt } from '../metrics/binary.ts'
import { confusionPlot } from '../plots/confusion-plot.ts'
import { differencesPlot } from '../plots/differences-plot.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row, section } from '../plots/page.ts'
import { rankingCurves } from '../plots/ranking-curves.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { ValidationPredictions } from '../run/predictions.ts'
import { table } from '../table.ts'
import { printResult, sayReport } from './terminal.ts'

const NAMES: Record<ComparedFigure, string> = {
  accuracy: 'accuracy',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  rocAuc: 'ROC AUC',
}

export const compare = new Command('compare')
  .description('one table and overlaid plots of several runs on the same validation images')
  .argument('<run...>', 'run folders; the first is what the others are compared with')
  .requiredOption('--out <folder>', 'folder for compare.html and the plots')
  .option('--json', 'print one JSON object')
  .action(async (runs: string[], options) => {
    const names = runs.map((run) => basename(run))
    // Plots tell runs apart by their names.
    const isAmbiguous = new Set(names).size < names.length
    const all = await Promise.all(runs.map((run, i) => readRun(run, isAmbiguous ? run : names[i])))
    const [first] = all
    for (const { name, truth, patients } of all)
      if (truth.join() !== first.truth.join() || patients.join() !== first.patients.join())
        throw new UsageError(`${name} and ${first.name} were not evaluated on the same images.`)

    const rows = all.map((run) => ({ name: run.name, ...figuresOf(run) }))
    const comparisons = all.slice(1).map((run) => ({ name: run.name, ...compareRuns(run, first) }))
    await mkdir(options.out, { recursive: true })
    const ranking = await rankingCurves(all)
    const matrices = await Promise.all(
      all.map((run) =>
        confusionPlot(confusionAt(run.truth, run.score, run.threshold), run.labels ?? TASKS.binary, run.name),
      ),
    )
    await replaceFile(join(options.out, 'ranking-curves.svg'), ranking)
    const text = describeRuns(rows, comparisons)
    const paired = comparisons.length > 0 ? await differencesPlot(first.name, comparisons, NAMES) : undefined
    if (paired) await replaceFile(join(options.out, 'differences.svg'), paired)
    const sections = [
      section('Figures', `<pre>${escapeXml(text)}</pre>`),
      ...(paired ? [section('Differences', `<figure>${paired}</figure>`)] : []),
      section('Ranking', `<figure>${ranking}</figure>`),
      section('Confusion', row(matrices)),
    ]
    const path = join(options.out, 'compare.html')
    await replaceFile(
      path,
      page(
        'Comparison',
        all.some(({ synthetic }) => synthetic),
        sections,
      ),
    )
    printResult(options.json, { schema: 1, images: first.truth.length, runs: rows, comparisons }, () => text)
    sayReport(path)
  })

/** What a run said of its validation images, and the name that plots give it. */
type Run = ValidationPredictions & { name: string }

async function readRun(run: string, name: string): Promise<Run> {
  const text = await readFile(join(run, REPORT, 'predictions.json'), 'utf8').catch(() => {
    throw new UsageError(`${run} has no ${REPORT}/predictions.json: it is no finished run.`)
  })
  return { name, ...JSON.parse(text) }
}

const figuresOf = ({ threshold, ...images }: Run) => ({ threshold, ...binaryFigures(images, threshold) })

function compareRuns(candidate: Run, incumbent: Run): Comparison {
  const decisionsOf = ({ score, threshold }: Run) => ({ score, positive: score.map((s) => s >= threshold) })
  const decisions = { candidate: decisionsOf(candidate), incumbent: decisionsOf(incumbent) }
  return compareModels(candidate, decisions, incumbent.name)
}

type Row = { name: string } & ReturnType<typeof figuresOf>

/** A block a figure, so that it fits a terminal however many runs there are. */
function describeRuns(rows: Row[], comparisons: ({ name: string } & Comparison)[]): string {
  const rowOf = (key: ComparedFigure, run: Row): string[] => {
    const show = key === 'rocAuc' ? (area: number) => area.toFixed(4) : ratePercent
    const { value = Number.NaN, interval } =
      comparisons.find(({ name }) => name === run.name)?.differences[key] ?? {}
    const difference =
      interval && Number.isFinite(value) ? [points(value), interval.map(points).join(' to ')] : []
    return [run.name, show(run[key]), run.intervals[key].map(show).join(' to '), ...difference]
  }
  const head = [
    'run',
    'value',
    '95 % interval',
    ...(comparisons.length > 0 ? ['difference', '95 % interval'] : []),
  ]
  const blocks = COMPARED_FIGURES.map(
    (key) => `${NAMES[key]}\n${table([head, ...rows.map((run) => rowOf(key, run))])}`,
  )
  const thresholds = rows.map(({ name, threshold }) => [name, probabilityPercent(threshold)])
  const verdicts = comparisons.map(({ name, verdict, against }) => `${name} against ${against}: ${verdict}.`)
  const images = comparisons
    .slice(0, 1)
    .map(
      ({ against, images, patients }) =>
        `Differences are from ${against}, in points, on the same ${images} images of ${patients} patients.`,
    )
  return [...blocks, table([['run', 'threshold'], ...thresholds]), [...images, ...verdicts].join('\n')]
    .filter(Boolean)
    .join('\n\n')
}

/** A difference of two shares in [-1, 1] as points, with its sign; two decimals, because areas differ by hundredths. */
const points = (difference: number): string =>
  `${difference > 0 ? '+' : difference < 0 ? '−' : '±'}${Math.abs(100 * difference).toFixed(2)}`
