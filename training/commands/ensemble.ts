import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadEngine } from '@zoidberg/core/engine.ts'
import { parseManifest } from '@zoidberg/core/manifest.ts'
import { Command } from 'commander'
import { loadDataset } from '../dataset/dataset.ts'
import { UsageError } from '../errors.ts'
import { describe } from '../evaluation/describe.ts'
import type { TrainingSettings } from '../models/definition.ts'
import { modelNamed } from '../models/index.ts'
import { finishRun } from '../run/finish-run.ts'
import { CHECKPOINT, createRun, exists, loadLayers, REPORT } from '../run/folder.ts'
import { report } from '../terminal.ts'

export const ensemble = new Command('ensemble')
  .description('averages the members of several runs inside one graph model, calibrated and evaluated anew')
  .argument('<run...>', 'run folders of the same network, size and task')
  .requiredOption('--data <dir>', 'the data set they were trained on')
  .requiredOption('--out <run>', 'folder for the new run')
  .option('--json', 'print the figures as one JSON object')
  .action(async (runs: string[], options) => {
    if (await exists(join(options.out, 'manifest.json')))
      throw new UsageError(`${options.out} already holds a run.`)
    const manifests = await Promise.all(
      runs.map(async (run) => parseManifest(JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')))),
    )
    for (const run of runs)
      if (await exists(join(run, CHECKPOINT)))
        throw new UsageError(`${run} is not finished; finish it with --resume first.`)
    const [first] = manifests
    const key = ({ task, input, training }: typeof first) =>
      JSON.stringify([
        task,
        input.height,
        input.width,
        training.model,
        training.dataset,
        training.hyperparameters,
      ])
    const other = manifests.findIndex((manifest) => key(manifest) !== key(first))
    if (other >= 0)
      throw new UsageError(
        `${runs[other]} has another network, recipe, size, task or data set than ${runs[0]}.`,
      )
    await loadEngine('native')
    const { height, width } = first.input
    const dataset = await loadDataset(options.data, { height, width })
    if (dataset.fingerprint !== first.training.dataset.fingerprint)
      throw new UsageError(`${options.data} is not the data set that ${runs[0]} was trained on.`)
    const members = await Promise.all(runs.map(loadLayers))
    await createRun(options.out)
    const definition = modelNamed(first.training.model)
    const command = manifests.map(({ training }) => training.command).join('; ')
    const history = JSON.parse(await readFile(join(runs[0], REPORT, 'history.json'), 'utf8'))
    const bestEpoch = history.reduce((best: { epoch: number; valLoss: number }, row: typeof best) =>
      row.valLoss < best.valLoss ? row : best,
    ).epoch
    const config = {
      definition,
      hyperparameters: definition.hyperparameters,
      // Of the members, not of what the recipe may have become since.
      settings: first.training.hyperparameters as TrainingSettings,
      size: { height, width },
      task: first.task,
      seed: first.training.seed,
      float16: true,
      command,
    }
    const { validation, test } = await finishRun(options.out, dataset, config, members, {
      history,
      bestEpoch,
    })
    dataset.close()
    report(options.json, test ?? validation, () => describe(test ?? validation))
  })
