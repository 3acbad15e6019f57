/** `zoidberg ensemble`: several trained networks as one model. */
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { Command } from 'commander'
import { loadDataset } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { ensembleRuns, readMembers } from '../run/ensemble.ts'
import { createRun, exists, reportOf } from '../run/folder.ts'
import { datasetOptionsOf, withDataOptions } from './arguments.ts'
import { printResult, sayReport } from './terminal.ts'

export const ensemble = withDataOptions(new Command('ensemble'))
  .description('averages several models inside one graph, each network alike, calibrated and evaluated anew')
  .argument('<run...>', 'run folders of the same size, task and data set; their networks may differ')
  .requiredOption('--data <dir>', 'the data set they were trained on')
  .requiredOption('--out <run>', 'folder for the new run')
  .option('--json', 'print the figures as one JSON object')
  .action(async (runs: string[], options) => {
    if (await exists(join(options.out, 'manifest.json')))
      throw new UsageError(`${options.out} already holds a run.`)
    const [{ input }] = await readMembers(runs)
    await loadEngine('native')
    const size = { height: input.height, width: input.width }
    const dataset = await loadDataset(options.data, size, undefined, datasetOptionsOf(options))
    await createRun(options.out)
    const { validation, test } = await ensembleRuns(options.out, runs, { dataset })
    dataset.close()
    printResult(options.json, test ?? validation, () => describeEvaluation(test ?? validation))
    sayReport(reportOf(options.out))
  })
