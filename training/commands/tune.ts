import { readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { toJson } from '@zoidberg/core/files.ts'
import type { Task } from '@zoidberg/core/labels.ts'
import type { Trial } from '@zoidberg/core/trials.ts'
import { Command, Option } from 'commander'
import { firestore } from '../cloud.ts'
import { partOf } from '../dataset/dataset.ts'
import { describe } from '../evaluation/describe.ts'
import { MODELS, modelNamed } from '../models/index.ts'
import { withOverrides } from '../models/settings.ts'
import { createRun, folderCheckpoints, replaceFile } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { EXIT, report, say, watchInterrupts } from '../terminal.ts'
import { bucketCheckpoints } from '../tuning/checkpoints.ts'
import { drawPatients, innerSplit } from '../tuning/inner-split.ts'
import { bayesian } from '../tuning/oracles/bayesian.ts'
import { gridSearch } from '../tuning/oracles/grid-search.ts'
import { hyperband, schedule } from '../tuning/oracles/hyperband.ts'
import { randomSearch } from '../tuning/oracles/random-search.ts'
import { bestOf, describeTrials, writeSearchReport } from '../tuning/report.ts'
import { search } from '../tuning/search.ts'
import { assertSpace } from '../tuning/space.ts'
import { firestoreStore } from '../tuning/stores/firestore.ts'
import { folderStore } from '../tuning/stores/folder.ts'
import { createTrainer, overridesOf } from '../tuning/trainer.ts'
import { positiveInteger } from './arguments.ts'
import { openDataset } from './open-dataset.ts'

const TRIALS = 20

/** Promotions count as trials of their own. */
const scheduleSize = (epochs: number): number =>
  schedule(epochs)
    .flat()
    .reduce((sum, { size }) => sum + size, 0)

const ORACLES = { random: randomSearch, grid: gridSearch, hyperband, bayesian } as const

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
  .option('--size <pixels>', "side of the square; the model's own if left out", positiveInteger)
  .option(
    '--run <id>',
    'share the search through Firestore: start as many processes with the same options as you like',
  )
  .option('--no-retrain', 'do not train the best model in the end')
  .option('--seed <n>', 'of the search and the trainings', positiveInteger, 1)
  .option('--json', 'print the best trial, the importances and all trials as one JSON object')
  .action(async (options) => {
    const definition = modelNamed(options.model)
    assertSpace(definition.space)
    await createRun(options.out)
    await loadEngine('native')
    const size = options.size ? { height: options.size, width: options.size } : definition.size
    const task: Task = options.task ?? definition.task
    const dataset = await openDataset(options.data, size)

    const { model, tuner, epochs, executions, images = null, seed } = options
    const trials: number = options.trials ?? (tuner === 'hyperband' ? scheduleSize(epochs) : TRIALS)
    const identity = JSON.stringify({
      model,
      tuner,
      epochs,
      executions,
      images,
      task,
      size,
      seed,
      data: dataset.fingerprint,
    })
    const store = options.run
      ? await firestoreStore(firestore(), options.run, identity)
      : await folderStore(options.out, identity)
    const oracle = ORACLES[tuner as keyof typeof ORACLES]({ space: definition.space, trials, epochs, seed })
    const samples = partOf(dataset, 'train')
    const split = innerSplit(images === null ? samples : drawPatients(samples, images, seed), task)
    const checkpoints = options.run
      ? bucketCheckpoints(options.run)
      : folderCheckpoints(join(options.out, 'trials'))
    const config = { definition, size, task, executions, seed, checkpoints }
    const train = await createTrainer(dataset, split, config)
    const isInterrupted = watchInterrupts()
    const started = performance.now()
    let ended = 0
    const found = await search(store, oracle, train, worker(), tuner !== 'hyperband', {
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
    })
    const title = `Search: ${model}, ${tuner}`
    const summary = await writeSearchReport(options.out, title, definition.space, found, dataset.synthetic)
    const best = bestOf(found)
    if (isInterrupted()) process.exitCode = EXIT.interrupted
    else if (best && options.retrain && isFirstTask()) await retrain(best)
    dataset.close()
    report(options.json, summary, () => describeTrials(definition.space, found))

    async function retrain({ id, values }: Trial): Promise<void> {
      const run = join(options.out, 'best')
      const done = join(run, 'trial.json')
      const wanted = toJson({ id, values })
      if ((await readFile(done, 'utf8').catch(() => '')) === wanted) return
      // Of an earlier best, or half-trained.
      await rm(run, { recursive: true, force: true })
      const overrides = overridesOf(values)
      say(`training the best on everything: ${overrides.join(' ')}`)
      await createRun(run)
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
          command: `zoidberg train --model ${model} --task ${task} --size ${size.width} --seed ${seed} ${overrides.map((o) => `--set ${o}`).join(' ')}`,
        },
        {
          isInterrupted,
          onEpoch: ({ epoch, valLoss }) =>
            say(`best model, epoch ${epoch}: validation loss ${valLoss.toFixed(4)}`),
        },
      )
      say(describe(validation))
      if (interrupted) process.exitCode = EXIT.interrupted
      else await replaceFile(done, wanted)
    }
  })

/** As Cloud Run names a task, else this process. */
function worker(): string {
  const { CLOUD_RUN_EXECUTION, CLOUD_RUN_TASK_INDEX, CLOUD_RUN_TASK_ATTEMPT } = process.env
  return CLOUD_RUN_EXECUTION
    ? `${CLOUD_RUN_EXECUTION}/${CLOUD_RUN_TASK_INDEX}/${CLOUD_RUN_TASK_ATTEMPT}`
    : `${hostname()}/${process.pid}`
}

const isFirstTask = (): boolean => (process.env.CLOUD_RUN_TASK_INDEX ?? '0') === '0'
