import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { Command, Option } from 'commander'
import { firestore } from '../cloud.ts'
import { describe } from '../evaluation/describe.ts'
import { inputSize } from '../models/definition.ts'
import { MODELS, modelNamed } from '../models/index.ts'
import { createRun, folderCheckpoints, reportOf } from '../run/folder.ts'
import { EXIT, report, say, sayReport, watchInterrupts } from '../terminal.ts'
import { duration } from '../train/estimate.ts'
import { announceSearch, forecastOf } from '../tuning/announce.ts'
import { bucketCheckpoints } from '../tuning/checkpoints.ts'
import { bestOf, describeTrials } from '../tuning/report.ts'
import { recipeOf, retrain, retrainingOf } from '../tuning/retrain.ts'
import { identityOf, ORACLES, runSearch, type SearchConfig, trialsOf } from '../tuning/run-search.ts'
import type { SearchEvents } from '../tuning/search.ts'
import { endSearch, firestoreStore } from '../tuning/stores/firestore.ts'
import { folderStore } from '../tuning/stores/folder.ts'
import { overridesOf } from '../tuning/trainer.ts'
import { positiveInteger, side } from './arguments.ts'
import { openDataset } from './open-dataset.ts'

export const tune = new Command('tune')
  .description(
    'searches the hyperparameters that a network declares; goes on where an earlier search in RUN stopped',
  )
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the trials, the report and the best model')
  .option('--model <name>', `one of ${MODELS.map((model) => model.name).join(', ')}`, 'default')
  .addOption(new Option('--tuner <name>', 'how to search').choices(Object.keys(ORACLES)).default('bayesian'))
  .option('--trials <n>', 'at most; 20 if left out, with hyperband its whole schedule', positiveInteger)
  .option('--epochs <n>', 'per trial; with hyperband, of those that survive', positiveInteger, 9)
  .option('--executions <n>', 'trainings per trial, with other seeds, averaged', positiveInteger, 1)
  .option('--images <n>', 'search on so many images of the training part; all if left out', positiveInteger)
  .addOption(
    new Option('--task <task>', "classes; the model's own if left out").choices(['binary', 'three-class']),
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
    const definition = modelNamed(options.model)
    await createRun(options.out)
    await loadEngine('native')
    const size = inputSize(definition, options.size)
    const task: Task = options.task ?? definition.task
    const dataset = await openDataset(options.data, size)

    const { tuner, epochs, executions, images = null, seed } = options
    const trials: number = options.trials ?? trialsOf(tuner, epochs)
    const config: SearchConfig = { definition, tuner, trials, epochs, executions, images, task, size, seed }
    const identity = identityOf(config, dataset)
    const place = options.run
      ? {
          store: await firestoreStore(firestore(), options.run, identity),
          checkpoints: bucketCheckpoints(options.run),
        }
      : {
          store: await folderStore(options.out, identity),
          checkpoints: folderCheckpoints(join(options.out, 'trials')),
        }
    const before = await place.store.list()
    const bestRun = join(options.out, 'best')
    const forecast = await forecastOf(dataset, config, before, options.retrain ? bestRun : null)
    const total = forecast.done + forecast.left.trials
    say(await announceSearch(dataset, config, forecast))
    const isInterrupted = watchInterrupts()
    const started = performance.now()
    let ended = 0
    const events: SearchEvents = {
      isInterrupted,
      onClaim: ({ id, values, attempt }) =>
        say(`trial ${id}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${JSON.stringify(values)}`),
      onTrial(trial, all) {
        ended++
        // Other processes may have ended some as well.
        const each = (performance.now() - started) / 1000 / Math.max(ended, all.length - before.length)
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
    const worker = `${hostname()}/${process.pid}`
    const { trials: found, summary } = await runSearch(
      options.out,
      dataset,
      config,
      { ...place, worker },
      events,
    )
    if (options.run && !isInterrupted()) await endSearch(firestore(), options.run)
    const best = bestOf(found)
    if (isInterrupted()) process.exitCode = EXIT.interrupted
    else if (best && options.retrain) {
      if (await retrainingOf(bestRun, best, dataset, config)) {
        say(`training the best on everything: ${overridesOf(best.values).join(' ')}`)
        const recipe = recipeOf(config, best.values)
        const { validation, interrupted } = await retrain(bestRun, best, dataset, recipe, {
          isInterrupted,
          onEpoch: ({ epoch, valLoss }) =>
            say(
              `best model, epoch ${epoch}/${recipe.settings.epochs}: validation loss ${valLoss.toFixed(4)}`,
            ),
        })
        say(describe(validation))
        if (interrupted) process.exitCode = EXIT.interrupted
      }
      say(`The best model is in ${bestRun}, its report is ${reportOf(bestRun)}`)
    }
    dataset.close()
    report(options.json, summary, () => describeTrials(definition.space, found))
    sayReport(reportOf(options.out))
  })
