import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import type { Task } from '@zoidberg/core/labels.ts'
import { Command, Option } from 'commander'
import { loadDataset } from '../dataset/dataset.ts'
import { openDirectory } from '../dataset/directory.ts'
import { UsageError } from '../errors.ts'
import { describe } from '../evaluation/describe.ts'
import { MODELS, modelNamed } from '../models/index.ts'
import { summarize } from '../models/summary.ts'
import { CHECKPOINT, exists } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { EXIT, progressBar, report, say, watchInterrupts } from '../terminal.ts'
import { positiveInteger } from './arguments.ts'

export const train = new Command('train')
  .description('trains one model; RUN then holds manifest, graph model, layers model, history and metrics')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the run')
  .option('--model <name>', `one of ${MODELS.map((model) => model.name).join(', ')}`, 'cnn')
  .addOption(
    new Option('--task <task>', "classes; the model's own if left out").choices(['binary', 'three-class']),
  )
  .option('--size <pixels>', "side of the square; the model's own if left out", positiveInteger)
  .option('--epochs <n>', "at most; the model's own if left out", positiveInteger)
  .option('--seed <n>', 'of initial weights, order, augmentation and dropout', positiveInteger, 1)
  .option('--resume', 'go on from the checkpoint in RUN')
  .option('--no-float16', 'keep the weights of the graph model in full precision')
  .option('--json', 'print the figures as one JSON object')
  .action(async (options) => {
    const definition = modelNamed(options.model)
    const hasCheckpoint = await exists(join(options.out, CHECKPOINT))
    if (hasCheckpoint && !options.resume)
      throw new UsageError(`${options.out} holds an unfinished run; add --resume, or choose another folder.`)
    if (!hasCheckpoint && options.resume)
      throw new UsageError(`${options.out} has no checkpoint to resume from.`)
    if (!options.resume && (await exists(join(options.out, 'manifest.json'))))
      throw new UsageError(`${options.out} already holds a run.`)
    await loadEngine('native')
    await mkdir(join(options.out, 'report'), { recursive: true })

    const size = options.size ? { height: options.size, width: options.size } : definition.size
    const decoding = progressBar('decoding')
    const dataset = await loadDataset(await openDirectory(options.data), size, decoding.update)
    decoding.stop()
    if (dataset.synthetic) say('The images are synthetic phantoms: the figures say nothing about X-rays.')
    for (const { file, reason } of dataset.unreadable) say(`unreadable: ${file}: ${reason}`)

    const task: Task = options.task ?? definition.task
    const settings = { ...definition.training, ...(options.epochs ? { epochs: options.epochs } : {}) }
    const hyperparameters = definition.hyperparameters
    say(summarize(definition, { hyperparameters, size, task }))
    const bar = progressBar('epoch')
    const command = [
      'zoidberg train',
      `--model ${definition.name}`,
      `--task ${task}`,
      `--size ${size.width}`,
      `--epochs ${settings.epochs}`,
      `--seed ${options.seed}`,
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
    const result = await trainRun(options.out, dataset, config, {
      isInterrupted: watchInterrupts(),
      onStep: (done, total, loss, speed) =>
        bar.update(done, total, `| loss ${loss.toFixed(3)} | ${speed.toFixed(0)} images/s`),
      onEpoch(record, isBest) {
        bar.stop()
        const { epoch, loss, accuracy, valLoss, valAccuracy, imagesPerSecond } = record
        const figures = `loss ${loss.toFixed(4)} accuracy ${accuracy.toFixed(4)} | validation loss ${valLoss.toFixed(4)} accuracy ${valAccuracy.toFixed(4)}`
        say(
          `epoch ${epoch}/${settings.epochs}: ${figures} | ${imagesPerSecond.toFixed(0)} images/s${isBest ? ' | best' : ''}`,
        )
      },
    })
    bar.stop()
    dataset.close()
    report(options.json, result.test ?? result.validation, () => describe(result.test ?? result.validation))
    if (result.interrupted) process.exitCode = EXIT.interrupted
  })
