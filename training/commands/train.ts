import { join } from 'node:path'
import type { Task } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { Command, Option } from 'commander'
import { UsageError } from '../errors.ts'
import { describe } from '../evaluation/describe.ts'
import { inputSize } from '../models/definition.ts'
import { MODELS, modelNamed } from '../models/index.ts'
import { withOverrides } from '../models/settings.ts'
import { summarize } from '../models/summary.ts'
import { announceFolds, announceTraining } from '../run/announce.ts'
import {
  type CrossValidation,
  crossValidate,
  FIGURES,
  foldFolder,
  numberFolds,
  patientFolds,
  sourceFolds,
} from '../run/cross-validate.ts'
import { CHECKPOINT, createRun, exists, reportOf } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { EXIT, progressBar, report, say, sayReport, table, watchInterrupts } from '../terminal.ts'
import type { EpochRecord } from '../train/loop.ts'
import { isHalfSize } from '../train/progressive.ts'
import { positiveInteger, side } from './arguments.ts'
import { openDataset } from './open-dataset.ts'

const NAMED_FOLDS: Record<string, typeof sourceFolds> = {
  sources: sourceFolds,
  numbers: numberFolds,
}
const collect = (value: string, list: string[]): string[] => [...list, value]

export const train = new Command('train')
  .description('trains one model; RUN then holds manifest, graph model, layers model, history and metrics')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the run')
  .option('--model <name>', `one of ${MODELS.map((model) => model.name).join(', ')}`, 'default')
  .addOption(
    new Option('--task <task>', "classes; the model's own if left out").choices(['binary', 'three-class']),
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
    'any hyperparameter or training setting, repeatable; augmentation=none|report|strong|geometric|photometric',
    collect,
    [],
  )
  .option('--seed <n>', 'of initial weights, order, augmentation and dropout', positiveInteger, 1)
  .option('--resume', 'go on from the checkpoint in RUN')
  .option('--no-float16', 'keep the weights of the graph model in full precision')
  .option('--json', 'print the figures as one JSON object')
  .action(async (options) => {
    const definition = modelNamed(options.model)
    const hasCheckpoint = await exists(join(options.out, CHECKPOINT))
    if (hasCheckpoint && !options.resume)
      throw new UsageError(`${options.out} holds an unfinished run; add --resume, or choose another folder.`)
    // A cross-validation goes on by itself: each fold has a folder and a checkpoint.
    if (!hasCheckpoint && options.resume && !options.folds)
      throw new UsageError(`${options.out} has no checkpoint to resume from.`)
    if (!options.resume && (await exists(join(options.out, 'manifest.json'))))
      throw new UsageError(`${options.out} already holds a run.`)
    await loadEngine('native')
    await createRun(options.out)

    const size = inputSize(definition, options.size)
    const dataset = await openDataset(options.data, size)

    const task: Task = options.task ?? definition.task
    const { hyperparameters, settings } = withOverrides(definition, options.set)
    if (options.epochs) settings.epochs = options.epochs
    say(summarize(definition, { hyperparameters, size, task }))
    const bar = progressBar('epoch')
    const command = [
      'zoidberg train',
      `--model ${definition.name}`,
      `--task ${task}`,
      `--size ${size.width}`,
      `--epochs ${settings.epochs}`,
      `--seed ${options.seed}`,
      ...options.set.map((override: string) => `--set ${override}`),
    ].join(' ')
    const config = {
      definition,
      hyperparameters,
      settings,
      size,
      task,
      seed: options.seed,
      float16: options.float16,
      command,
    }
    const events = {
      isInterrupted: watchInterrupts(),
      onFold: (name: string) => say(`fold ${name}`),
      onStep: (done: number, total: number, loss: number, speed: number) =>
        bar.update(done, total, `| loss ${loss.toFixed(3)} | ${speed.toFixed(0)} images/s`),
      onEpoch(record: EpochRecord, isBest: boolean) {
        bar.stop()
        const { epoch, loss, accuracy, valLoss, valAccuracy, imagesPerSecond } = record
        const figures = `loss ${loss.toFixed(4)} accuracy ${accuracy.toFixed(4)} | validation loss ${valLoss.toFixed(4)} accuracy ${valAccuracy.toFixed(4)}`
        const half = isHalfSize(epoch, settings) ? ' at half size' : ''
        const speed = `${imagesPerSecond.toFixed(0)} images/s${half}`
        say(`epoch ${epoch}/${settings.epochs}: ${figures} | ${speed}${isBest ? ' | best' : ''}`)
      },
    }
    const reports: string[] = []
    if (options.folds) {
      const folds =
        NAMED_FOLDS[options.folds]?.(dataset) ?? patientFolds(dataset, task, options.folds, options.seed)
      say(await announceFolds(options.out, dataset, config, folds))
      const result = await crossValidate(options.out, dataset, config, folds, events)
      report(options.json, { schema: 1, ...result }, () => describeFolds(result))
      if (result.folds.length < Object.keys(folds).length) process.exitCode = EXIT.interrupted
      reports.push(...result.folds.map(({ fold }) => reportOf(foldFolder(options.out, fold))))
    } else {
      say(await announceTraining(options.out, dataset, config))
      const { test, validation, interrupted } = await trainRun(options.out, dataset, config, events)
      report(options.json, test ?? validation, () => describe(test ?? validation))
      if (interrupted) process.exitCode = EXIT.interrupted
      reports.push(reportOf(options.out))
    }
    bar.stop()
    dataset.close()
    sayReport(...reports)
  })

function describeFolds({ folds, mean, std }: CrossValidation): string {
  const row = (
    name: string | number,
    images: string | number,
    values: Record<(typeof FIGURES)[number], number>,
  ) => [name, images, ...FIGURES.map((key) => values[key].toFixed(4))]
  return table([
    ['fold', 'images', ...FIGURES],
    ...folds.map((fold) => row(fold.fold, fold.images, fold)),
    row('mean', '', mean),
    row('standard deviation', '', std),
  ])
}
