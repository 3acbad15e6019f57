/** `zoidberg ensemble`: several trained networks as one model. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { type Manifest, type ManifestFile, parseManifest } from '@zoidberg/core/manifest.ts'
import { Command } from 'commander'
import { loadDataset } from '../dataset/dataset.ts'
import { hashedSplit, splitDigest } from '../dataset/split.ts'
import { UsageError } from '../errors.ts'
import { describeEvaluation } from '../evaluation/describe.ts'
import { type GraphFiles, mergeGraphs } from '../graph/merge.ts'
import type { TrainingSettings } from '../networks/definition.ts'
import { withCurrentNames } from '../networks/former-names.ts'
import { networkNamed } from '../networks/index.ts'
import { CHECKPOINT } from '../run/checkpoints.ts'
import { finishRun } from '../run/finish-run.ts'
import { createRun, exists, REPORT, reportOf } from '../run/folder.ts'
import { notStarted, observe } from '../train/early-stopping.ts'
import type { History } from '../train/history.ts'
import { datasetOptionsOf, withDataOptions } from './arguments.ts'
import { printResult, sayReport } from './terminal.ts'

export const ensemble = withDataOptions(new Command('ensemble'))
  .description('averages several models inside one graph, each network alike, calibrated and evaluated anew')
  .argument('<run...>', 'run folders of the same size, task and data set; their networks may differ')
  .requiredOption('--data <dir>', 'the data set they were trained on')
  .requiredOption('--out <run>', 'folder for the new run')
  .option('--json', 'print the figures as one JSON object')
  .action(async (runs: string[], options) => {
    if (await exists(join(options.out, 'manifest.json')))
      throw new UsageError(`${options.out} already holds a run.`)
    const manifests = await readMembers(runs)
    const [first] = manifests
    await loadEngine('native')
    const { height, width } = first.input
    const dataset = await loadDataset(options.data, { height, width }, undefined, datasetOptionsOf(options))
    if (dataset.fingerprint !== first.training.dataset.fingerprint)
      throw new UsageError(`${options.data} is not the data set that ${runs[0]} was trained on.`)
    const here = splitDigest(hashedSplit(dataset))
    const fold = manifests.findIndex(({ training }) => (training.dataset.split ?? here) !== here)
    if (fold >= 0)
      throw new UsageError(`${runs[fold]} was fitted on images that validate here: it is a fold.`)
    const graphs = await Promise.all(manifests.map(({ files }, i) => readFiles(runs[i], files)))
    await createRun(options.out)
    const definition = networkNamed(first.training.model)
    const command = manifests.map(({ training }) => training.command).join('; ')
    const history: History = JSON.parse(await readFile(join(runs[0], REPORT, 'history.json'), 'utf8'))
    const config = {
      definition,
      hyperparameters: definition.hyperparameters,
      // Of the members, not of what the recipe may have become since.
      settings: withCurrentNames(first.training.hyperparameters) as TrainingSettings,
      size: { height, width },
      task: first.task,
      labels: first.labels,
      seed: first.training.seed,
      float16: true,
      command,
    }
    const { validation, test } = await finishRun(options.out, config, {
      dataset,
      graph: mergeGraphs(graphs),
      hasMap: first.outputs.activationMap !== undefined,
      history,
      bestEpoch: bestEpochOf(history, config.settings),
    })
    dataset.close()
    printResult(options.json, test ?? validation, () => describeEvaluation(test ?? validation))
    sayReport(reportOf(options.out))
  })

const readFiles = async (run: string, files: readonly ManifestFile[]): Promise<GraphFiles> =>
  new Map(await Promise.all(files.map(async ({ name }) => [name, await readFile(join(run, name))] as const)))

/** Throws UsageError naming a run that is not finished, or is of another size, task or data set than the first. */
async function readMembers(runs: string[]): Promise<Manifest[]> {
  const manifests = await Promise.all(
    runs.map(async (run) => parseManifest(JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')))),
  )
  for (const run of runs)
    if (await exists(join(run, CHECKPOINT)))
      throw new UsageError(`${run} is not finished; finish it with --resume first.`)
  const kindOf = ({ task, labels, input, outputs, training }: Manifest) =>
    JSON.stringify([task, labels, input.height, input.width, outputs, training.dataset.fingerprint])
  const other = manifests.findIndex((manifest) => kindOf(manifest) !== kindOf(manifests[0]))
  if (other >= 0)
    throw new UsageError(`${runs[other]} has another size, task, map or data set than ${runs[0]}.`)
  return manifests
}

const bestEpochOf = (history: History, { minDelta }: TrainingSettings): number =>
  history.reduce((state, { epoch, valLoss: loss }) => observe(state, { epoch, loss, minDelta }), notStarted)
    .bestEpoch
