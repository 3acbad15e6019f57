/** Trains a model, judges it against what serves now, and publishes it. Every step can be repeated after a kill. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promote, readChannels } from '@zoidberg/core/channels.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { TrainConfig } from '@zoidberg/core/contract/run.ts'
import { folder as filesIn, toJson } from '@zoidberg/core/files.ts'
import { type LoadedModel, loadModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { judge } from '@zoidberg/core/prediction.ts'
import { isPublished, publish, publishedFiles, readManifest } from '@zoidberg/core/registry.ts'
import { type Dataset, loadDataset, partOf, type Sample, truthOf } from '../dataset/dataset.ts'
import { type Answers, type Comparison, compareModels, pairUp } from '../evaluation/compare-models.ts'
import { type Evaluation, predictSamples } from '../evaluation/evaluate.ts'
import { publishGallery, validationSamples } from '../gallery.ts'
import { inputSize } from '../models/definition.ts'
import { modelNamed } from '../models/index.ts'
import { withOverrides } from '../models/settings.ts'
import { createRun, REPORT, saveManifest } from '../run/folder.ts'
import { trainRun } from '../run/train-run.ts'
import { bucketCheckpoints } from '../tuning/checkpoints.ts'
import { type Context, type Outcome, reportFiles } from './context.ts'
import { log } from './log.ts'
import { summaryOf } from './summary.ts'

type Judged = Comparison | { verdict: 'nothing to compare with'; reason: string }

export async function train(context: Context, config: TrainConfig): Promise<Outcome> {
  const { run, store } = context
  const manifest = (await publishedEarlier(context, config)) ?? (await trainAndPublish(context, config))
  await run.showNow({
    modelId: manifest.id,
    progress: { phase: 'publishing', done: 1, total: 1, note: manifest.id },
  })
  if (config.gallery) {
    const dataset = await context.openDataset(inputSize(modelNamed(config.model), config.size))
    await publishGallery(store, manifest.id, await validationSamples(dataset))
  }
  const judgement = manifest.metrics.comparison as Judged
  const isPromoted = await promoteIfBetter(context, config, manifest.id, judgement)
  const validation = summaryOf(manifest.metrics.validation as Evaluation)
  return { modelId: manifest.id, result: { validation, comparison: judgement, isPromoted } }
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

async function trainAndPublish(context: Context, config: TrainConfig): Promise<Manifest> {
  const { run, folder, store } = context
  const definition = modelNamed(config.model)
  const size = inputSize(definition, config.size)
  const task = config.task ?? definition.task
  const { hyperparameters, settings } = withOverrides(definition, config.set)
  if (config.epochs) settings.epochs = config.epochs
  await createRun(folder)
  const dataset = await context.openDataset(size)

  // New images since the last attempt make a new training of it.
  const name = `checkpoint-${dataset.fingerprint}.bin`
  const checkpoints = bucketCheckpoints(run.id)
  let epochs = run.epochs
  await run.showNow({
    progress: { phase: 'training', done: epochs.length, total: settings.epochs, note: '' },
  })
  const { manifest } = await trainRun(
    folder,
    dataset,
    {
      definition,
      hyperparameters,
      settings,
      size,
      task,
      seed: config.seed,
      float16: true,
      command: `job train ${JSON.stringify(config)}`,
      id: modelIdOf(run, config, run.attempt),
    },
    {
      onStep(done, total, loss, speed) {
        const note = `step ${done} of ${total}, loss ${loss.toFixed(3)}, ${speed.toFixed(0)} images/s`
        run.show({ phase: 'training', done: epochs.length, total: settings.epochs, note })
      },
      async onEpoch(record, _isBest, history) {
        const { epoch } = record
        // Of the loop, not of what admins saw: an attempt that was killed may have shown less than it saved.
        epochs = history.map(({ epoch, loss, valLoss, valAccuracy }) => ({
          epoch,
          loss,
          valLoss,
          valAccuracy,
        }))
        log('INFO', 'epoch', record)
        const progress = { phase: 'training', done: epoch, total: settings.epochs, note: '' } as const
        await run.showNow({ epochs, progress })
      },
      onTrained: () =>
        run.showNow({
          progress: { phase: 'judging', done: 0, total: 0, note: 'exporting, calibrating, evaluating' },
        }),
    },
    undefined,
    { load: () => checkpoints.load(name), save: (bytes) => checkpoints.save(name, bytes) },
  )
  await run.showNow({ progress: { phase: 'judging', done: 0, total: 0, note: 'against production' } })
  const judged = {
    ...manifest,
    metrics: {
      ...manifest.metrics,
      comparison: await compareWithServing(context, config, dataset, manifest),
    },
  }
  await saveManifest(folder, judged)
  await writeFile(join(folder, REPORT, 'metrics.json'), toJson(judged.metrics))
  await run.showNow({ progress: { phase: 'publishing', done: 0, total: 1, note: judged.id } })
  await publish(store, filesIn(folder), await reportFiles(folder))
  return judged
}

/** On the validation part, which is the same patients for both because the split is hashed. */
async function compareWithServing(
  context: Context,
  { channel }: TrainConfig,
  dataset: Dataset,
  { id }: Manifest,
): Promise<Judged> {
  const incumbentId = (await readChannels(context.firestore)).get(channel)?.modelId
  if (!incumbentId) return { verdict: 'nothing to compare with', reason: `channel ${channel} names no model` }
  const incumbent = await loadModel(publishedFiles(context.store, incumbentId)).catch((error: Error) => error)
  // Model cards show the reason to everybody; the cause may name buckets and paths.
  if (incumbent instanceof Error) {
    log('WARNING', 'not compared', { incumbent: incumbentId, reason: incumbent.message })
    return { verdict: 'nothing to compare with', reason: `${incumbentId} cannot be loaded` }
  }
  const { height, width } = incumbent.manifest.input
  const isSameSize = dataset.size.height === height && dataset.size.width === width
  const theirDataset = isSameSize
    ? dataset
    : await loadDataset(dataset.directory, { height, width }).catch((error: Error) => error)
  // The training is done and good: that it cannot be compared is no reason to do it again.
  if (theirDataset instanceof Error) {
    log('WARNING', 'not compared', { incumbent: incumbentId, reason: theirDataset.message })
    return {
      verdict: 'nothing to compare with',
      reason: `the data set cannot be read at ${width} pixels`,
    }
  }
  const pairs = pairUp(partOf(dataset, 'validation'), partOf(theirDataset, 'validation'))
  if (pairs.length === 0)
    return { verdict: 'nothing to compare with', reason: 'no validation image is there any more' }
  const samples = pairs.map(([sample]) => sample)
  const candidate = await loadModel(filesIn(context.folder))
  const ours = await answersOf(candidate, dataset, samples)
  const theirs = await answersOf(
    incumbent,
    theirDataset,
    pairs.map(([, sample]) => sample),
  )
  if (!isSameSize) theirDataset.close()
  candidate.dispose()
  incumbent.dispose()
  const comparison = compareModels(
    truthOf(samples),
    samples.map(({ patient }) => patient),
    ours,
    theirs,
    incumbentId,
  )
  const { verdict, images } = comparison
  log('INFO', 'compared', { candidate: id, incumbent: incumbentId, verdict, images })
  return comparison
}

async function answersOf(model: LoadedModel, dataset: Dataset, samples: Sample[]): Promise<Answers> {
  const raw = await predictSamples(model, dataset, samples)
  const decisions = raw.map((row) => judge(row, model.manifest).decision)
  return {
    score: decisions.map(({ probability }) => probability),
    positive: decisions.map(({ positive }) => positive),
  }
}

/** Only a model that is better in the one sense of `verdictOf`: one that lost sensitivity is 'different', and waits for a person. */
async function promoteIfBetter(
  { run, firestore, store }: Context,
  { promoteAbove, channel }: TrainConfig,
  modelId: string,
  judged: Judged,
): Promise<boolean> {
  if (promoteAbove === null || judged.verdict !== 'better') return false
  const [low] = judged.differences.accuracy.interval
  if (low < promoteAbove) return false
  await run.showNow({ progress: { phase: 'promoting', done: 0, total: 1, note: modelId } })
  const by = `run ${run.id}`
  // Once: what people do after it, such as rolling back, is theirs.
  const moved = await firestore.collection(`channels/${channel}/audit`).where('by', '==', by).limit(1).get()
  if (!moved.empty) return true
  const why = `better than ${judged.against} by at least ${low.toFixed(4)} accuracy`
  try {
    await promote(firestore, store, channel, modelId, { by, why, expected: judged.against })
    return true
  } catch (error) {
    if (!(error instanceof ZoidbergError && error.type === 'conflict')) throw error
    log('WARNING', 'not promoted', { reason: error.message })
    return false
  }
}
