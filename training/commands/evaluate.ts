/** `zoidberg evaluate`: metrics of a model on labelled images. */
import { operatingPointOf } from '@zoidberg/core/prediction.ts'
import { Command, Option } from 'commander'
import { partOf } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { evaluate as evaluateModel, predictSamples } from '../evaluation/evaluate.ts'
import { withDataOptions } from './arguments.ts'
import { openAnyModel } from './open-any-model.ts'
import { openDataset } from './open-dataset.ts'
import { progressBar } from './progress-bar.ts'
import { printResult } from './terminal.ts'

export const evaluate = withDataOptions(new Command('evaluate'))
  .description('metrics of a saved or published model on labelled images')
  .requiredOption('--model <path>', 'folder, gs://… or channel')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .addOption(
    new Option('--part <part>', 'which images; test where there is one, else all').choices([
      'train',
      'validation',
      'test',
      'all',
    ]),
  )
  .option('--operating-point <name>', "the model's default if left out")
  .option('--json', 'print one JSON object')
  .action(async (options) => {
    const model = await openAnyModel(options.model)
    operatingPointOf(model.manifest, options.operatingPoint)
    const dataset = await openDataset(options.data, model.manifest.input, options)
    const hasTest = partOf(dataset, 'test').length > 0
    const part = options.part ?? (hasTest ? 'test' : 'all')
    const samples = part === 'all' ? dataset.samples : partOf(dataset, part)
    if (samples.length === 0) throw new UsageError(`${options.data} has no image in the ${part} part.`)
    const predicting = progressBar('predicting')
    const raw = await predictSamples(model, { dataset, samples }, predicting.update)
    predicting.stop()
    const { operatingPoint } = options
    const figures = evaluateModel(model.manifest, { dataset, samples, raw }, { part, operatingPoint })
    model.dispose()
    dataset.close()
    printResult(options.json, figures, () => describeEvaluation(figures))
  })
