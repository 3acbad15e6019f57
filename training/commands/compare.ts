import { mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { confusionAt, rates, rocAuc } from '@zoidberg/core/metrics/binary.ts'
import { Command } from 'commander'
import { UsageError } from '../errors.ts'
import { bootstrapIntervals } from '../evaluation/bootstrap.ts'
import { escapeXml } from '../plots/image-grid.ts'
import { page, row } from '../plots/page.ts'
import { confusionPlot, rankingCurves } from '../plots/plots.ts'
import { REPORT, replaceFile } from '../run/folder.ts'
import type { RunPredictions } from '../run/report.ts'
import { report, say, table } from '../terminal.ts'

const FIGURES = ['accuracy', 'sensitivity', 'specificity', 'rocAuc'] as const

export const compare = new Command('compare')
  .description('one table and overlaid plots of several runs on the same validation images')
  .argument('<run...>', 'run folders')
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
    await mkdir(options.out, { recursive: true })
    const ranking = await rankingCurves(all)
    const matrices = await Promise.all(
      all.map((run) =>
        confusionPlot(confusionAt(run.truth, run.score, run.threshold), ['NORMAL', 'PNEUMONIA'], run.name),
      ),
    )
    await replaceFile(join(options.out, 'ranking-curves.svg'), ranking)
    const text = describe(rows)
    const sections = [`<pre>${escapeXml(text)}</pre>`, `<figure>${ranking}</figure>`, row(matrices)]
    await replaceFile(
      join(options.out, 'compare.html'),
      page(
        'Comparison',
        all.some(({ synthetic }) => synthetic),
        sections,
      ),
    )
    say(join(options.out, 'compare.html'))
    report(options.json, { schema: 1, images: first.truth.length, runs: rows }, () => text)
  })

type Run = RunPredictions & { name: string }

async function readRun(run: string, name: string): Promise<Run> {
  const text = await readFile(join(run, REPORT, 'predictions.json'), 'utf8').catch(() => {
    throw new UsageError(`${run} has no ${REPORT}/predictions.json: it is no finished run.`)
  })
  return { name, ...JSON.parse(text) }
}

function figuresOf({ truth, score, threshold, patients }: Run) {
  const at = (positions: number[]) => {
    const [t, s] = [positions.map((i) => truth[i]), positions.map((i) => score[i])]
    return { ...rates(confusionAt(t, s, threshold)), rocAuc: rocAuc(t, s) }
  }
  return { threshold, ...at(truth.map((_, i) => i)), intervals: bootstrapIntervals(patients, at) }
}

function describe(rows: ({ name: string } & ReturnType<typeof figuresOf>)[]): string {
  const cell = (row: (typeof rows)[number], key: (typeof FIGURES)[number]) =>
    `${row[key].toFixed(4)} (${row.intervals[key].map((v) => v.toFixed(4)).join(' to ')})`
  return table([
    ['run', 'threshold', ...FIGURES.map((key) => `${key} (95 %)`)],
    ...rows.map((row) => [row.name, row.threshold.toFixed(3), ...FIGURES.map((key) => cell(row, key))]),
  ])
}
