/** `zoidberg train`: one model, or one per fold of a cross-validation. */

import { join } from 'node:path'
import { TASK_NAMES } from '@zoidberg/core/contract/labels.ts'
import { ratePercent } from '@zoidberg/core/contract/percent.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { Command, Option } from 'commander'
import { labelsOf, taskFor } from '../dataset/dataset.ts'
import { numberFolds, patientFolds, seriesFolds } from '../dataset/folds.ts'
import { UsageError } from '../errors.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { inputSize, type TrainingSettings } from '../networks/definition.ts'
import { NETWORKS, networkNamed } from '../networks/index.ts'
import { withOverrides } from '../networks/overrides.ts'
import { describeLayers } from '../networks/summary.ts'
import { announceFolds, announceTraining } from '../run/announce.ts'
import { CHECKPOINT } from '../run/checkpoints.ts'
import type { TrainingConfig } from '../run/config.ts'
import { type CrossValidation, crossValidate, FOLD_FIGURES, foldFolder } from '../run/cross-validate.ts'
import { createRun, exists, reportOf } from '../run/folder.ts'
import { parentOf } from '../run/start-from.ts'
import { trainRun } from '../run/train-run.ts'
import { table } from '../table.ts'
import { duration, secondsLeft } from '../train/estimate.ts'
import type { LoopEvents } from '../train/loop.ts'
import { isHalfSize } from '../train/progressive.ts'
import { collect, positiveInteger, side, withDataOptions } from './arguments.ts'
import { openDataset } from './open-dataset.ts'
import { progressBar } from './progress-bar.ts'
import { EXIT, printResult, say, sayReport, watchInterrupts } from './terminal.ts'

const NAMED_FOLDS: Record<string, typeof seriesFolds> = {
  sources: seriesFolds,
  numbers: numberFolds,
}

export const train = withDataOptions(new Command('train'))
  .description('trains one model; RUN then holds manifest, graph model, layers model, history and metrics')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the run')
  .option('--model <name>', `one of ${NETWORKS.map(({ name }) => name).join(', ')}`, 'default')
  .addOption(
    new Option('--task <task>', "classes; the model's own if left out, or what the labels allow").choices(
      TASK_NAMES,
    ),
  )
  .option('--size <pixels>', "side of the square; the model's own if left out", side)
  .option('--epochs <n>', "at most; the model's own if left out", positiveInteger)
  .option(
    '--folds <n|sources|numbers>',
    'cross-validate instead: patients kept together, classes balanced; "sources" leaves out one series of normals at a time, "numbers" one fifth of the patients in the order of their numbers',
    (text) => (Object.hasOwn(NAMED_FOLDS, text) ? text : positiveInteger(text)),
  )
  .option(
    '--set <name=value>',
    'any hyperparameter or training setting, repeatable; augmentation=none|report|strong|geometric|photometric; guidance is the weight of attention guidance (evidence of pneumonia is to lie in the lungs), hiddenLungs the share of samples with masked lungs (every class is to be as likely)',
    collect,
    [],
  )
  .option('--seed <n>', 'of initial weights, order, augmentation and dropout', positiveInteger, 1)
  .option(
    '--from <run>',
    'begin with the weights of this run: more images, or other classes, whose head is new',
  )
  .option('--resume', 'go on from the checkpoint in RUN')
  .option('--no-float16', 'keep the weights of the graph model in full precision')
  .option('--json', 'print the figures as one JSON object')
  .action(async (options) => {
    const definition = networkNamed(options.model)
    const hasCheckpoint = await exists(join(options.out, CHECKPOINT))
    if (hasCheckpoint && !options.resume)
      throw new UsageError(`${options.out} holds an unfinished run; add --resume, or choose another folder.`)
    // A cross-validation goes on by itself: each fold has a folder and a checkpoint.
    if (!hasCheckpoint && options.resume && !options.folds)
      throw new UsageError(`${options.out} has no checkpoint to resume from.`)
    if (!options.resume && (await exists(join(options.out, 'manifest.json'))))
      throw new UsageError(`${options.out} already holds a run.`)
    const from = options.from && { run: options.from, manifest: await parentOf(options.from) }
    await loadEngine('native')
    await createRun(options.out)

    const size = inputSize(definition, options.size)
    const dataset = await openDataset(options.data, size, options)

    const task = taskFor(dataset, options.task, definition.task)
    const labels = labelsOf(dataset, task)
    const recipe = withOverrides(definition, options.set)
    if (options.epochs) recipe.settings.epochs = options.epochs
    const { hyperparameters, settings } = recipe
    say(describeLayers(definition, { hyperparameters, size, classes: labels.length }))
    const command = [
      'zoidberg train',
      `--model ${definition.name}`,
      `--task ${task}`,
      `--size ${size.width}`,
      `--epochs ${settings.epochs}`,
      `--seed ${options.seed}`,
      ...options.set.map((override: string) => `--set ${override}`),
      ...(from ? [`--from ${from.manifest.id}`] : []),
    ].join(' ')
    const { seed, float16 } = options
    const config: TrainingConfig = { definition, ...recipe, size, task, labels, seed, float16, command, from }
    const bar = progressBar('epoch')
    const events = eventsFor(settings, bar)
    const reports: string[] = []
    if (options.folds) {
      const folds =
        NAMED_FOLDS[options.folds]?.(dataset) ?? patientFolds(dataset, { labels, folds: options.folds, seed })
      say(await announceFolds(options.out, config, { dataset, folds }))
      const onFold = (name: string) => say(`fold ${name}`)
      const result = await crossValidate(options.out, config, { dataset, folds, onFold, ...events })
      printResult(options.json, { schema: 1, ...result }, () => describeFolds(result))
      if (result.folds.length < Object.keys(folds).length) process.exitCode = EXIT.interrupted
      reports.push(...result.folds.map(({ fold }) => reportOf(foldFolder(options.out, fold))))
    } else {
      say(await announceTraining(options.out, config, dataset))
      const { test, validation, interrupted } = await trainRun(options.out, config, { dataset, ...events })
      printResult(options.json, test ?? validation, () => describeEvaluation(test ?? validation))
      if (interrupted) process.exitCode = EXIT.interrupted
      reports.push(reportOf(options.out))
    }
    bar.stop()
    dataset.close()
    sayReport(...reports)
  })

/** Shows steps as a progress bar and epochs as lines. */
const eventsFor = (settings: TrainingSettings, bar: ReturnType<typeof progressBar>): LoopEvents => ({
  isInterrupted: watchInterrupts(),
  onUntraceable: (why) => say(`Steps run kernel by kernel, not as one graph: ${why}`),
  onStep: ({ done, total, loss, imagesPerSecond }) =>
    bar.update(done, total, `| loss ${loss.toFixed(3)} | ${imagesPerSecond.toFixed(0)} images/s`),
  onEpoch({ epoch, loss, accuracy, valLoss, valAccuracy, imagesPerSecond, seconds }, isBest) {
    bar.stop()
    const left = secondsLeft(settings, { epoch, seconds })
    const rest = left > 0 ? ` | ${duration(left)} left` : ''
    const figures = `loss ${loss.toFixed(4)} accuracy ${ratePercent(accuracy)} | validation loss ${valLoss.toFixed(4)} accuracy ${ratePercent(valAccuracy)}`
    const half = isHalfSize(epoch, settings) ? ' at half size' : ''
    const speed = `${imagesPerSecond.toFixed(0)} images/s${half}`
    say(`epoch ${epoch}/${settings.epochs}: ${figures} | ${speed}${rest}${isBest ? ' | best' : ''}`)
  },
})

function describeFolds({ folds, mean, std }: CrossValidation): string {
  const row = (
    name: string | number,
    images: string | number,
    values: Record<(typeof FOLD_FIGURES)[number], number>,
  ) => [name, images, ...FOLD_FIGURES.map((key) => values[key].toFixed(4))]
  return table([
    ['fold', 'images', ...FOLD_FIGURES],
    ...folds.map((fold) => row(fold.fold, fold.images, fold)),
    row('mean', '', mean),
    row('standard deviation', '', std),
  ])
}
