import { readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { toJson } from '@zoidberg/core/files.ts'
import type { Task } from '@zoidberg/core/labels.ts'
import type { Trial } from '@zoidberg/core/trials.ts'
import { Command, Option } from 'commander'
import { firestore } from '../cloud.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { describe } from '../evaluation/describe.ts'
import { inputSize } from '../models/definition.ts'
import { MODELS, modelNamed } from '../models/index.ts'
import { withOverrides } from '../models/settings.ts'
import { CHECKPOINT, createRun, exists, folderCheckpoints, replaceFile } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { EXIT, report, say, watchInterrupts } from '../terminal.ts'
import { bucketCheckpoints } from '../tuning/checkpoints.ts'
import { bestOf, describeTrials } from '../tuning/report.ts'
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
  .option('--model <name>', `one of ${MODELS.map((model) => model.name).join(', ')}`, 'cnn')
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
    const isInterrupted = watchInterrupts()
    const started = performance.now()
    let ended = 0
    const events: SearchEvents = {
      isInterrupted,
      onClaim: ({ id, values, attempt }) =>
        say(`trial ${id}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${JSON.stringify(values)}`),
      onTrial(trial, all) {
        ended++
        const left = ((performance.now() - started) / ended / 60_000) * Math.max(0, trials - all.length)
        const best = bestOf(all)
        const outcome = trial.error
          ? `failed: ${trial.error}`
          : `${trial.state}, score ${trial.score?.toFixed(4)}`
        say(
          `trial ${trial.id}/${trials} ${outcome} | best ${best ? `${best.score.toFixed(4)} (trial ${best.id})` : 'none yet'} | at most ${left.toFixed(0)} min left`,
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
      const interrupted = await retrain(join(options.out, 'best'), best, dataset, config, isInterrupted)
      if (interrupted) process.exitCode = EXIT.interrupted
    }
    dataset.close()
    report(options.json, summary, () => describeTrials(definition.space, found))
  })

/** Trains the best trial on everything into a run folder; one that is there already stays, one that was cut off goes on. @returns whether it was cut off */
async function retrain(
  run: string,
  { id, values }: Trial,
  dataset: Dataset,
  { definition, size, task, seed }: SearchConfig,
  isInterrupted: () => boolean,
): Promise<boolean> {
  const trial = join(run, 'trial.json')
  const wanted = toJson({ id, values })
  const isOfTrial = (await readFile(trial, 'utf8').catch(() => '')) === wanted
  if (isOfTrial && (await exists(join(run, 'manifest.json'))) && !(await exists(join(run, CHECKPOINT))))
    return false
  if (!isOfTrial) await rm(run, { recursive: true, force: true }) // of an earlier best
  const overrides = overridesOf(values)
  say(`training the best on everything: ${overrides.join(' ')}`)
  await createRun(run)
  await replaceFile(trial, wanted)
  const command = `zoidberg train --model ${definition.name} --task ${task} --size ${size.width} --seed ${seed} ${overrides.map((o) => `--set ${o}`).join(' ')}`
  const { validation, interrupted } = await trainRun(
    run,
    dataset,
    {
      definition,
      ...withOverrides(definition, overrides),
      size,
      task,
      seed,
      float16: true,
      command,
    },
    {
      isInterrupted,
      onEpoch: ({ epoch, valLoss }) =>
        say(`best model, epoch ${epoch}: validation loss ${valLoss.toFixed(4)}`),
    },
  )
  say(describe(validation))
  return interrupted
}
