/** `zoidberg tune`: a search of hyperparameters, and the training of the best. */

import { hostname } from 'node:os'
import { join } from 'node:path'
import { TASK_NAMES } from '@zoidberg/core/contract/labels.ts'
import { OBJECTIVES } from '@zoidberg/core/contract/run.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { Command, Option } from 'commander'
import { firestore } from '../cloud.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { taskFor } from '../dataset/dataset.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { inputSize, type NetworkDefinition } from '../networks/definition.ts'
import { NETWORKS, networkNamed } from '../networks/index.ts'
import { bucketCheckpoints, folderCheckpoints } from '../run/checkpoints.ts'
import { createRun, reportOf } from '../run/folder.ts'
import { readSpace } from '../space/space-file.ts'
import { duration } from '../train/estimate.ts'
import { announceSearch, forecastOf } from '../tuning/announce.ts'
import { bestOf, describeTrials } from '../tuning/report.ts'
import { configFor, retrain, retrainingOf } from '../tuning/retrain.ts'
import { runSearch } from '../tuning/run-search.ts'
import type { SearchEvents } from '../tuning/search.ts'
import { identityOf, ORACLES, type SearchConfig, trialsOf } from '../tuning/search-config.ts'
import { endSearch, firestoreStore } from '../tuning/stores/firestore.ts'
import { folderStore } from '../tuning/stores/folder.ts'
import type { Trial } from '../tuning/trials.ts'
import { positiveInteger, side, withDataOptions } from './arguments.ts'
import { openDataset } from './open-dataset.ts'
import { EXIT, printResult, say, sayReport, watchInterrupts } from './terminal.ts'

export const tune = withDataOptions(new Command('tune'))
  .description(
    'searches the hyperparameters that a network declares; goes on where an earlier search in RUN stopped',
  )
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the trials, the report and the best model')
  .option('--model <name>', `one of ${NETWORKS.map(({ name }) => name).join(', ')}`, 'default')
  .addOption(new Option('--tuner <name>', 'how to search').choices(Object.keys(ORACLES)).default('bayesian'))
  .option('--trials <n>', 'at most; 20 if left out, with hyperband its whole schedule', positiveInteger)
  .option('--epochs <n>', 'per trial; with hyperband, of those that survive', positiveInteger, 9)
  .option('--space <file>', "what to search, as JSON; the network's own space if left out")
  .addOption(
    new Option('--objective <name>', 'what a trial is scored by; more is better')
      .choices(OBJECTIVES)
      .default('auc'),
  )
  .option('--executions <n>', 'trainings per trial, with other seeds, averaged', positiveInteger, 1)
  .option('--images <n>', 'search on so many images of the training part; all if left out', positiveInteger)
  .addOption(
    new Option('--task <task>', "classes; the model's own if left out, or what the labels allow").choices(
      TASK_NAMES,
    ),
  )
  .option('--size <pixels>', "side of the square; the model's own if left out", side)
  .option(
    '--run <id>',
    'share the search through Firestore: start as many processes with the same options as you like',
  )
  .option(
    '--no-retrain',
    'do not train the best model in the end; with --run, give it to all processes but one',
  )
  .option('--seed <n>', 'of the search and the trainings', positiveInteger, 1)
  .option('--json', 'print the best trial, the importances and all trials as one JSON object')
  .action(async (options) => {
    const definition = await withSpace(networkNamed(options.model), options.space)
    await createRun(options.out)
    await loadEngine('native')
    const size = inputSize(definition, options.size)
    const dataset = await openDataset(options.data, size, options)
    const task = taskFor(dataset, options.task, definition.task)

    const { tuner, epochs, executions, images = null, objective, seed } = options
    const trials: number = options.trials ?? trialsOf(tuner, epochs)
    const config: SearchConfig = {
      definition,
      tuner,
      trials,
      epochs,
      executions,
      images,
      task,
      objective,
      size,
      seed,
    }
    const identity = identityOf(config, dataset)
    const place = options.run
      ? {
          store: await firestoreStore(firestore(), { run: options.run, identity }),
          checkpoints: bucketCheckpoints(options.run),
        }
      : {
          store: await folderStore(options.out, identity),
          checkpoints: folderCheckpoints(join(options.out, 'trials')),
        }
    const before = await place.store.list()
    const bestRun = join(options.out, 'best')
    const found = { dataset, found: before, bestRun: options.retrain ? bestRun : null }
    const forecast = await forecastOf(config, found)
    say(await announceSearch(config, dataset, forecast))
    const isInterrupted = watchInterrupts()
    const total = forecast.done + forecast.remaining.trials
    const { trials: all, summary } = await runSearch(options.out, config, {
      dataset,
      ...place,
      worker: `${hostname()}/${process.pid}`,
      isInterrupted,
      ...eventsFor(before.length, total),
    })
    if (options.run && !isInterrupted()) await endSearch(firestore(), options.run)
    const best = bestOf(all)
    if (isInterrupted()) process.exitCode = EXIT.interrupted
    else if (best && options.retrain) await trainBest(bestRun, config, { dataset, best, isInterrupted })
    dataset.close()
    printResult(options.json, summary, () => describeTrials(definition.space, all))
    sayReport(reportOf(options.out))
  })

/** @returns the network with the space of a file in place of its own, if one is given */
async function withSpace(definition: NetworkDefinition, path?: string): Promise<NetworkDefinition> {
  if (path === undefined) return definition
  const known = [...Object.keys(definition.hyperparameters), ...Object.keys(definition.training)]
  return { ...definition, space: await readSpace(path, known) }
}

/** Says what happens to each trial. */
function eventsFor(before: number, total: number): Pick<SearchEvents, 'onClaim' | 'onTrial'> {
  const started = performance.now()
  let ended = 0
  return {
    onClaim: ({ id, values, attempt }) =>
      say(`trial ${id}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${JSON.stringify(values)}`),
    onTrial(trial, all) {
      ended++
      // Other processes may have ended some as well.
      const each = (performance.now() - started) / 1000 / Math.max(ended, all.length - before)
      const left = Math.max(0, total - all.length)
      const best = bestOf(all)
      const outcome = trial.error
        ? `failed: ${trial.error}`
        : [trial.state, ...(trial.score === null ? [] : [`score ${trial.score.toFixed(4)}`])].join(', ')
      say(
        [
          `trial ${trial.id}/${total} ${outcome}`,
          `best ${best ? `${best.score.toFixed(4)} (trial ${best.id})` : 'none yet'}`,
          left > 0 ? `${duration(each * left)} of trials left` : 'no trial left',
        ].join(' | '),
      )
    },
  }
}

type Best = { dataset: Dataset; best: Trial; isInterrupted(): boolean }

/** Trains the best trial on everything, unless that is done. */
async function trainBest(
  bestRun: string,
  search: SearchConfig,
  { dataset, best, isInterrupted }: Best,
): Promise<void> {
  if (await retrainingOf(bestRun, search, { dataset, best })) {
    const values = Object.entries(best.values).map(([name, value]) => `${name}=${value}`)
    say(`training the best on everything: ${values.join(' ')}`)
    const config = configFor(search, dataset, best.values)
    const { validation, interrupted } = await retrain(bestRun, config, {
      dataset,
      best,
      isInterrupted,
      onEpoch: ({ epoch, valLoss }) =>
        say(`best model, epoch ${epoch}/${config.settings.epochs}: validation loss ${valLoss.toFixed(4)}`),
    })
    say(describeEvaluation(validation))
    if (interrupted) process.exitCode = EXIT.interrupted
  }
  say(`The best model is in ${bestRun}, its report is ${reportOf(bestRun)}`)
}
