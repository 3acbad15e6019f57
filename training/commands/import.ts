/** `zoidberg import`: a network that Keras trained, as a run. */
import { join } from 'node:path'
import { TASK_NAMES } from '@zoidberg/core/contract/labels.ts'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { Command, Option } from 'commander'
import { labelsOf, loadDataset, taskFor } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { exportGraph } from '../graph/export.ts'
import { buildKeras, RANGES } from '../keras/build.ts'
import { readKeras } from '../keras/read.ts'
import { type NetworkDefinition, STUDENT_TRAINING } from '../networks/definition.ts'
import { finishRun } from '../run/finish-run.ts'
import { createRun, exists, reportOf, saveLayers } from '../run/folder.ts'
import { datasetOptionsOf, withDataOptions } from './arguments.ts'
import { printResult, sayReport } from './terminal.ts'

const command = withDataOptions(new Command('import'))
  .description('makes a run of a Keras model: exported, calibrated and judged on the validation part')
  .argument('<file>', 'a .keras or .h5 file with layers that are known here')
  .requiredOption('--data <dir>', 'folder of class folders, or gs://…')
  .requiredOption('--out <run>', 'folder for the run')
  .addOption(
    new Option('--range <range>', 'what the network expects of a pixel; 0..255 if it rescales by itself')
      .choices(Object.keys(RANGES))
      .default('0..255'),
  )
  .option(
    '--classes <list>',
    "the network's classes in its order, by commas; else in that of the alphabet, as Keras reads folders",
  )
  .addOption(new Option('--task <task>', 'classes; what the labels allow if left out').choices(TASK_NAMES))
  .option('--no-float16', 'keep the weights of the graph model in full precision')
  .option('--json', 'print the figures as one JSON object')
  .action(async (file: string, options) => {
    if (await exists(join(options.out, 'manifest.json')))
      throw new UsageError(`${options.out} already holds a run.`)
    const saved = await readKeras(file)
    await loadEngine('native')
    const { height, width } = sizeOf(saved[0].config)
    const dataset = await loadDataset(options.data, { height, width }, undefined, datasetOptionsOf(options))
    const task = taskFor(dataset, options.task, 'three-class')
    const labels = labelsOf(dataset, task)
    const { network, size } = buildKeras(saved, {
      range: options.range,
      order: orderOf(labels, options.classes),
    })
    await createRun(options.out)
    const definition: NetworkDefinition = {
      name: 'keras',
      summary: 'trained by Keras',
      task,
      size,
      hyperparameters: {},
      training: STUDENT_TRAINING,
      space: {},
      build: () => network,
    }
    await saveLayers(options.out, network)
    const config = {
      definition,
      hyperparameters: {},
      settings: STUDENT_TRAINING,
      size,
      task,
      labels,
      seed: 0,
      float16: options.float16,
      command: `zoidberg import --range ${options.range}`,
      isForeign: true,
    }
    const { validation, test } = await finishRun(options.out, config, {
      dataset,
      graph: exportGraph(network, config),
      hasMap: false,
      network,
      history: [],
      bestEpoch: 0,
    })
    network.dispose()
    dataset.close()
    printResult(options.json, test ?? validation, () => describeEvaluation(test ?? validation))
    sayReport(reportOf(options.out))
  })

function sizeOf({ batch_shape, batch_input_shape }: Record<string, unknown>) {
  const [, height, width] = (batch_shape ?? batch_input_shape ?? []) as number[]
  if (!height || !width) throw new UsageError('the network takes images of any size; save it with one.')
  return { height, width }
}

/** @returns of each of our labels, its place among the network's classes */
function orderOf(labels: readonly string[], list: string | undefined): number[] {
  const theirs = list?.split(',').map((name) => name.trim().toUpperCase()) ?? labels.toSorted()
  if (theirs.toSorted().join() !== labels.toSorted().join())
    throw new UsageError(`--classes names ${theirs.join(', ')}; the data set has ${labels.join(', ')}.`)
  return labels.map((label) => theirs.indexOf(label))
}

export { command as import }
