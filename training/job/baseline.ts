/** The classical algorithms on the run's data set; tables, plots and fitted models go into `runs/{id}/` of the bucket. */
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { RunConfig } from '@zoidberg/core/contract/run.ts'
import { runBaselines } from '../classical/baselines.ts'
import { ALGORITHMS, algorithmNamed } from '../classical/index.ts'
import { BASELINE_SIZE } from '../classical/parameters.ts'
import { createRun } from '../run/folder.ts'
import { type Context, keep, type Outcome } from './context.ts'
import { log } from './log.ts'

type BaselineConfig = Extract<RunConfig, { command: 'baseline' }>

/**
 * Fits the algorithms that a run asks for.
 *
 * @returns the figures of each on the validation part
 * @throws UsageError if there is no such algorithm, or the data set lacks a class
 */
export async function baseline(context: Context, config: BaselineConfig): Promise<Outcome> {
  const { folder } = context
  const algorithms = config.algorithm === 'all' ? ALGORITHMS : [algorithmNamed(config.algorithm)]
  await createRun(folder)
  const dataset = await context.openDataset(BASELINE_SIZE)
  const { json } = await runBaselines(folder, dataset, {
    algorithms,
    folds: config.folds ?? undefined,
    splitter: 'grouped',
    grid: false,
    seed: config.seed,
    onAlgorithm: (note, done, total) =>
      context.run.showNow({ progress: { phase: 'training', done, total, note } }),
    onFit: (algorithm, samples) => log('INFO', 'fitting', { algorithm, samples }),
  })
  context.run.assertGoing()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  await keep(
    context,
    files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))),
  )
  const rows = json.algorithms.map(({ name, validation, fitSeconds }) => {
    const { accuracy, sensitivity, specificity, rocAuc } = validation
    return { name, accuracy, sensitivity, specificity, rocAuc, fitSeconds }
  })
  return { result: { algorithms: rows } }
}
