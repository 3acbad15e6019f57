/** Trains a model, compares it with what serves now, and publishes it. Every step can be repeated after a kill. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison, NoComparison } from '@zoidberg/core/contract/comparison.ts'
import type { TrainConfig } from '@zoidberg/core/contract/run.ts'
import { folder as filesIn, toJson } from '@zoidberg/core/files.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { isPublished, publish, readManifest } from '@zoidberg/core/registry.ts'
import { type Dataset, labelsOf, taskFor } from '../dataset/dataset.ts'
import { publishGallery, validationSamples } from '../dataset/gallery.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import { inputSize } from '../networks/definition.ts'
import { networkNamed } from '../networks/index.ts'
import { withOverrides } from '../networks/overrides.ts'
import { bucketCheckpoints, checkpointNamed } from '../run/checkpoints.ts'
import type { TrainingConfig } from '../run/config.ts'
import { ensembleRuns } from '../run/ensemble.ts'
import type { FinishedRun } from '../run/finish-run.ts'
import { createRun, REPORT, saveManifest } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { compareWithServing } from './compare.ts'
import { type Context, type Outcome, reportFiles } from './context.ts'
import { log } from './log.ts'
import { promoteIfBetter } from './promote.ts'
import { headlineFigures } from './run-figures.ts'

/**
 * Trains and publishes the model that a run asks for.
 *
 * @returns the model's id, its figures, how it compares, and whether it was promoted
 * @throws UsageError if the data set or a setting does not fit the network
 * @throws LostLeaseError if the run was cancelled or is another's
 * @throws DivergedError if the loss is no longer a number
 */
export async function train(context: Context, config: TrainConfig): Promise<Outcome> {
  const { run, store } = context
  const manifest = (await publishedEarlier(context, config)) ?? (await trainAndPublish(context, config))
  await run.showNow({
    modelId: manifest.id,
    progress: { phase: 'publishing', done: 1, total: 1, note: manifest.id },
  })
  if (config.gallery) {
    const dataset = await context.openDataset(inputSize(networkNamed(config.model), config.size))
    await publishGallery(store, manifest.id, await validationSamples(dataset))
  }
  const comparison = manifest.metrics.comparison as Comparison | NoComparison
  const isPromoted = await promoteIfBetter(context, config, { modelId: manifest.id, comparison })
  const validation = headlineFigures(manifest.metrics.validation as Evaluation)
  return { modelId: manifest.id, result: { validation, comparison, isPromoted } }
}

/** Each attempt publishes under an id of its own, so one that was thought dead never writes into another's model. */
const modelIdOf = (run: Context['run'], { model }: TrainConfig, attempt: number) =>
  `${model}-${run.id.replace(/^run-/, '')}-${attempt}`

/** What an attempt published before it was killed. */
async function publishedEarlier({ run, store }: Context, config: TrainConfig): Promise<Manifest | undefined> {
  for (let attempt = run.attempt - 1; attempt >= 1; attempt--) {
    const id = modelIdOf(run, config, attempt)
    if (await isPublished(store, id)) return readManifest(store, id)
  }
}

function trainingConfigOf(run: Context['run'], config: TrainConfig, dataset: Dataset): TrainingConfig {
  const definition = networkNamed(config.model)
  const task = taskFor(dataset, config.task, definition.task)
  const { hyperparameters, settings } = withOverrides(definition, config.set)
  return {
    definition,
    hyperparameters,
    settings: config.epochs ? { ...settings, epochs: config.epochs } : settings,
    size: dataset.size,
    task,
    labels: labelsOf(dataset, task),
    seed: config.seed,
    float16: true,
    command: `job train ${JSON.stringify(config)}`,
    id: modelIdOf(run, config, run.attempt),
  }
}

async function trainAndPublish(context: Context, config: TrainConfig): Promise<Manifest> {
  const { run, folder, store } = context
  await createRun(folder)
  const dataset = await context.openDataset(inputSize(networkNamed(config.model), config.size))
  const training = trainingConfigOf(run, config, dataset)
  const { epochs: total } = training.settings

  const { manifest } =
    config.members > 1
      ? await trainMembers(context, { config, training, dataset })
      : await trainOne(context, { training, dataset, run: folder, name: 'checkpoint', total })
  await run.showNow({ progress: { phase: 'judging', done: 0, total: 0, note: 'against production' } })
  const { id } = manifest
  const comparison = await compareWithServing(context, dataset, { channel: config.channel, id })
  const compared = { ...manifest, metrics: { ...manifest.metrics, comparison } }
  await saveManifest(folder, compared)
  await writeFile(join(folder, REPORT, 'metrics.json'), toJson(compared.metrics))
  await run.showNow({ progress: { phase: 'publishing', done: 0, total: 1, note: id } })
  await publish(store, filesIn(folder), await reportFiles(folder))
  return compared
}

type Member = {
  training: TrainingConfig
  dataset: Dataset
  run: string
  name: string
  total: number
  before?: number
}

/**
 * Trains one network; an attempt that was killed is gone on with.
 *
 * @param member `total` epochs of the whole run, `before` of them in the members before this one
 */
async function trainOne(
  { run: handle }: Context,
  { training, dataset, run, name, total, before = 0 }: Member,
): Promise<FinishedRun> {
  // An attempt before may have come further.
  let done = Math.max(before, handle.epochs.length)
  await handle.showNow({ progress: { phase: 'training', done, total, note: '' } })
  return trainRun(run, training, {
    dataset,
    // New images since the last attempt make a new training of it.
    checkpoint: checkpointNamed(bucketCheckpoints(handle.id), `${name}-${dataset.fingerprint}.bin`),
    onStep({ done: step, total: steps, loss, imagesPerSecond }) {
      const note = `step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${imagesPerSecond.toFixed(0)} images/s`
      handle.show({ phase: 'training', done, total, note })
    },
    async onEpoch(record, _isBest, history) {
      // Of the loop, not of what admins saw: an attempt that was killed may have shown less than it saved.
      const epochs = history.map(({ epoch, loss, valLoss, valAccuracy }) => ({
        epoch,
        loss,
        valLoss,
        valAccuracy,
      }))
      done = before + record.epoch
      log('INFO', 'epoch', record)
      await handle.showNow({ epochs, progress: { phase: 'training', done, total, note: '' } })
    },
    onTrained: () =>
      handle.showNow({
        progress: { phase: 'judging', done: 0, total: 0, note: 'exporting, calibrating, evaluating' },
      }),
  })
}

/** Trains networks of successive seeds one after the other, and averages them in one graph. */
async function trainMembers(
  context: Context,
  { config, training, dataset }: { config: TrainConfig; training: TrainingConfig; dataset: Dataset },
): Promise<FinishedRun> {
  const { epochs } = training.settings
  const runs: string[] = []
  for (let k = 0; k < config.members; k++) {
    const run = join(context.folder, `member-${k + 1}`)
    await createRun(run)
    const member = { ...training, seed: training.seed + k, id: `${training.id}-${k + 1}` }
    const place = { run, name: `checkpoint-${k + 1}`, total: config.members * epochs, before: k * epochs }
    await trainOne(context, { training: member, dataset, ...place })
    runs.push(run)
  }
  const { id, command } = training
  return ensembleRuns(context.folder, runs, { dataset, id, command })
}
