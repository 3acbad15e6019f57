/** `zoidberg baseline`: how far one gets without a network. */
import { join } from 'node:path'
import { loadTensors } from '@zoidberg/core/engines/tfjs.ts'
import { Command, Option } from 'commander'
import { type Algorithm, type Parameters, resolveParameters } from '../classical/algorithm.ts'
import { type BaselineEvents, runBaselines } from '../classical/baselines.ts'
import { ALGORITHMS, algorithmNamed } from '../classical/index.ts'
import { SPLITTERS } from '../classical/model-selection.ts'
import { BASELINE_SIZE } from '../classical/parameters.ts'
import { UsageError } from '../errors.ts'
import { createRun, exists, reportOf } from '../run/folder.ts'
import { collect, positiveInteger, withDataOptions } from './arguments.ts'
import { openDataset } from './open-dataset.ts'
import { progressBar } from './progress-bar.ts'
import { printResult, say, sayReport } from './terminal.ts'

export const baseline = withDataOptions(new Command('baseline'))
  .description('the classical algorithms on 32 x 32 pixels: how far one gets without a network')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the table, the plots and the fitted models')
  .option('--algorithm <name>', `all, or one of ${ALGORITHMS.map(({ name }) => name).join(', ')}`, 'all')
  .option('--cv [folds]', 'cross-validate as well; 5 folds if no number is given', positiveInteger)
  .addOption(
    new Option('--splitter <name>', 'how --cv divides the samples')
      .choices(Object.keys(SPLITTERS))
      .default('grouped'),
  )
  .option('--grid', 'search the grid of each algorithm first, five patient-grouped folds, on all cores')
  .option(
    '--set <name=value>',
    'any parameter of the one algorithm that --algorithm names, by the name its library has, repeatable',
    collect,
    [],
  )
  .option('--seed <n>', 'of folds, samples and features drawn', positiveInteger, 1)
  .option('--json', 'print one JSON object')
  .action(async (options) => {
    const algorithms = options.algorithm === 'all' ? ALGORITHMS : [algorithmNamed(options.algorithm)]
    const overrides = parametersFor(algorithms, options.set)
    if (await exists(join(options.out, 'baseline.json')))
      throw new UsageError(`${options.out} already holds a comparison.`)
    await createRun(options.out)
    await loadTensors()
    const dataset = await openDataset(options.data, BASELINE_SIZE, options)
    const folds = options.cv === true ? 5 : options.cv
    const result = await runBaselines(options.out, dataset, {
      algorithms,
      overrides,
      folds,
      splitter: options.splitter,
      grid: options.grid === true,
      seed: options.seed,
      ...eventsFor(folds),
    })
    dataset.close()
    printResult(options.json, result.json, () => result.text)
    sayReport(reportOf(options.out))
  })

/**
 * Reads what `--set` says of one algorithm.
 *
 * @throws UsageError naming a parameter that is unknown or out of range, or that it is of no one algorithm
 */
function parametersFor(algorithms: readonly Algorithm[], settings: readonly string[]): Parameters {
  if (settings.length === 0) return {}
  if (algorithms.length > 1) throw new UsageError('--set is for one algorithm: name it with --algorithm.')
  const overrides = Object.fromEntries(
    settings.map((setting): [string, Parameters[string]] => {
      const [name, text = ''] = setting.split(/=(.*)/s)
      return [name, parameterOf(text)]
    }),
  )
  resolveParameters(algorithms[0], overrides)
  return overrides
}

function parameterOf(text: string): Parameters[string] {
  const words: Parameters = { true: true, false: false, null: null, None: null }
  if (Object.hasOwn(words, text)) return words[text]
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

/** Shows fits as progress bars, and says what a grid found. */
function eventsFor(folds: number | undefined): BaselineEvents {
  let bar: ReturnType<typeof progressBar> | undefined
  return {
    onFits({ name, series }, done, total) {
      if (done === 0) bar = progressBar(`${name}: ${series}`)
      bar?.update(done, total)
      if (done === total) bar?.stop()
    },
    onGrid(name, { candidates, best }) {
      say(`${name}: best of ${candidates.length} settings: ${JSON.stringify(best)}`)
      if (folds)
        say(`${name}: the folds are not nested: their images helped choose the settings, so they flatter.`)
    },
    onFit: (name, samples) => say(`${name}: fitting ${samples} samples …`),
  }
}
