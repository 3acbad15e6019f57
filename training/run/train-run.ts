/** One training run, from a data set to a folder that can be served. */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { folder, type ReadFiles, toJson } from '@zoidberg/core/files.ts'
import { ACTIVATION_MAP, PROBABILITIES } from '@zoidberg/core/graph/export.ts'
import { loadModel, toBatch } from '@zoidberg/core/graph/load.ts'
import { PREPROCESSING, SHARP_VERSION, type Size } from '@zoidberg/core/image.ts'
import { positiveProbability, TASKS, type Task } from '@zoidberg/core/labels.ts'
import { MANIFEST_SCHEMA, type Manifest } from '@zoidberg/core/manifest.ts'
import { curve } from '@zoidberg/core/metrics/binary.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { classIndex, type Dataset, partOf, type Sample } from '../dataset/dataset.ts'
import { InterruptedError, UsageError } from '../errors.ts'
import { fitCalibration } from '../evaluation/calibration.ts'
import { type Evaluation, evaluate, predictSamples } from '../evaluation/evaluate.ts'
import { chooseOperatingPoints, thresholdRules } from '../evaluation/operating-points.ts'
import { fitReference } from '../evaluation/reference.ts'
import { predictShifts, scoreShifts, shiftFigures } from '../evaluation/shifts.ts'
import type { Hyperparameters, ModelDefinition, TrainingSettings } from '../models/definition.ts'
import { crossEntropy, type History, type LoopOptions, trainLoop } from '../train/loop.ts'
import { planTraining } from '../train/plan.ts'
import {
  CHECKPOINT,
  checkpointIn,
  REPORT,
  replaceFile,
  saveGraph,
  saveLayers,
  saveManifest,
} from './folder.ts'
import { writeReport } from './report.ts'

const VALIDATION_BATCH = 64
const SMALLEST_PROBABILITY = 1e-7

/** What is fitted on and what is looked at; no patient in both. */
export type Split = { train: Sample[]; validation: Sample[] }

const hashedSplit = (dataset: Dataset): Split => ({
  train: partOf(dataset, 'train'),
  validation: partOf(dataset, 'validation'),
})

export type RunConfig = {
  definition: ModelDefinition
  hyperparameters: Hyperparameters
  settings: TrainingSettings
  size: Size
  task: Task
  seed: number
  float16: boolean
  /** The command line, for the manifest. */
  command: string
  /** Of the model; named by recipe, time and seed if left out. */
  id?: string
}

export type RunEvents = Pick<LoopOptions, 'onStep' | 'onEpoch' | 'isInterrupted'> & {
  onTrained?(): void | Promise<void>
}

export type RunResult = {
  manifest: Manifest
  history: History
  validation: Evaluation
  test: Evaluation | null
  interrupted: boolean
}

/**
 * Trains, exports, calibrates and evaluates one model. A checkpoint is gone on from.
 *
 * @param run an existing folder
 * @param checkpoint where the state after each epoch is kept; in the folder if left out
 */
export async function trainRun(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  events: RunEvents,
  split: Split = hashedSplit(dataset),
  checkpoint: LoopOptions['checkpoint'] = checkpointIn(run),
): Promise<RunResult> {
  const { definition, settings, size, task, seed } = config
  const { train, validation } = split
  assertEveryClass(
    train.map((sample) => classIndex(sample, task)),
    TASKS[task],
    'training',
  )
  assertEveryClass(
    validation.map((sample) => classIndex(sample, task)),
    TASKS[task],
    'validation',
  )

  const model = definition.build({
    hyperparameters: config.hyperparameters,
    size,
    classes: TASKS[task].length,
    seed,
  })
  const { batches, classWeights } = planTraining(model, dataset, train, task, settings, seed)
  const { history, ending, bestEpoch } = await trainLoop(model, {
    ...events,
    settings,
    // Of the settings too: a checkpoint of before an upgrade must not go on under another recipe.
    identity: `${config.command} on ${dataset.fingerprint} with ${JSON.stringify([config.hyperparameters, settings])}`,
    batches,
    classWeights,
    checkpoint,
    validate: () => validate(model, dataset, validation, task),
  }).finally(() => batches.close())
  if (bestEpoch === 0)
    throw new InterruptedError('interrupted before the first epoch was finished; nothing is saved.')

  await events.onTrained?.()
  await saveLayers(run, model)
  const result = await finishRun(run, dataset, config, [model], { history, bestEpoch }, split)
  model.dispose()
  const interrupted = ending === 'interrupted'
  if (!interrupted) await rm(join(run, CHECKPOINT), { force: true })
  return { ...result, history, interrupted }
}

/** Exports members as one graph model, calibrates it on validation, evaluates it and writes its manifest. */
export async function finishRun(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  members: LayersModel[],
  trained: { history: History; bestEpoch: number },
  split: Split = hashedSplit(dataset),
) {
  const { definition, size, task } = config
  const { train, validation } = split
  const files = await saveGraph(run, members, {
    float16: config.float16,
    metadata: { labels: TASKS[task].join() },
  })
  const createdAt = new Date().toISOString()
  const id = config.id ?? `${definition.name}-${createdAt.slice(0, 19).replace(/\D/g, '')}-s${config.seed}`
  const draft: Manifest = {
    schema: MANIFEST_SCHEMA,
    id,
    createdAt,
    task,
    labels: [...TASKS[task]],
    input: {
      ...size,
      preprocessing: PREPROCESSING,
      sharp: SHARP_VERSION,
      reference: fitReference(dataset, train, validation),
    },
    outputs: {
      probabilities: PROBABILITIES,
      ...(members[0].outputs.length > 1 ? { activationMap: ACTIVATION_MAP } : {}),
    },
    operatingPoints: {
      balanced: {
        threshold: 0.5,
        sensitivity: null,
        specificity: null,
        default: true,
        rule: 'not yet chosen',
      },
    },
    calibration: { method: 'temperature', temperature: 1 },
    metrics: {},
    files,
    training: {
      command: config.command,
      runId: id,
      model: definition.name,
      dataset: { fingerprint: dataset.fingerprint, images: train.length, synthetic: dataset.synthetic },
      seed: config.seed,
      hyperparameters: { ...config.hyperparameters, ...config.settings },
      versions: { node: process.versions.node, sharp: SHARP_VERSION },
    },
  }
  // The manifest is written when everything else is: until then the folder is no model.
  const draftFiles: ReadFiles = async (name) =>
    name === 'manifest.json' ? Buffer.from(toJson(draft)) : folder(run)(name)
  const served = await loadModel(draftFiles)
  const shiftedRows = await predictShifts(served, dataset, validation)
  const [{ rows: raw }] = shiftedRows
  const calibration = fitCalibration(
    validation.map((sample) => classIndex(sample, task)),
    shiftedRows.map(({ rows }) => rows),
  )
  const truth = validation.map((sample) => (sample.label === 'NORMAL' ? 0 : 1))
  const score = raw.map((row) => positiveProbability(calibrate(row, calibration)))
  const shifted = scoreShifts(shiftedRows, calibration)
  const calibrated = {
    ...draft,
    calibration,
    operatingPoints: chooseOperatingPoints(truth, shifted),
  }
  const figures = evaluate(calibrated, dataset, validation, raw, 'validation')
  const thresholds = thresholdRules(truth, score)
  const test = partOf(dataset, 'test')
  const testFigures =
    test.length > 0
      ? evaluate(calibrated, dataset, test, await predictSamples(served, dataset, test), 'test')
      : null

  const manifest = {
    ...calibrated,
    metrics: {
      validation: figures,
      shifts: shiftFigures(truth, shifted, figures.threshold),
      thresholds,
      curves: curvesOf(truth, score),
      ...(testFigures ? { test: testFigures } : {}),
    },
  }
  await replaceFile(join(run, REPORT, 'metrics.json'), toJson(manifest.metrics))
  const { history, bestEpoch } = trained
  await replaceFile(join(run, REPORT, 'history.json'), toJson(history))
  await writeReport(run, {
    manifest,
    dataset,
    samples: validation,
    raw,
    figures,
    thresholds,
    history,
    bestEpoch,
    model: served,
  })
  await saveManifest(run, manifest)
  served.dispose()
  return { manifest, validation: figures, test: testFigures }
}

function validate(
  model: LayersModel,
  dataset: Dataset,
  samples: Sample[],
  task: Task,
): { loss: number; accuracy: number } {
  let [loss, correct] = [0, 0]
  for (let i = 0; i < samples.length; i += VALIDATION_BATCH) {
    const batch = samples.slice(i, i + VALIDATION_BATCH)
    tidy(() => {
      const labels = tensor1d(
        batch.map((sample) => classIndex(sample, task)),
        'int32',
      )
      const [probabilities] = [
        model.apply(toBatch(batch.map(dataset.pixels), dataset.size)),
      ].flat() as Tensor2D[]
      const logarithms = probabilities.clipByValue(SMALLEST_PROBABILITY, 1).log() as Tensor2D
      loss += crossEntropy(logarithms, labels).dataSync()[0] * batch.length
      correct += probabilities.argMax(1).equal(labels).sum().dataSync()[0]
    })
  }
  return { loss: loss / samples.length, accuracy: correct / samples.length }
}

function assertEveryClass(labels: number[], names: readonly string[], part: string): void {
  const missing = names.find((_, k) => !labels.includes(k))
  if (missing)
    throw new UsageError(`the ${part} part has no image of ${missing}; add images of more patients.`)
}

const CURVE_POINTS = 100

/** ROC and precision-recall of validation, thinned for model cards: `[1 - specificity, sensitivity]` and `[recall, precision]`. */
function curvesOf(truth: number[], score: number[]) {
  const points = curve(truth, score).slice(1)
  const { truePositives: positives, falsePositives: negatives } = points[points.length - 1]
  const step = Math.max(1, Math.floor(points.length / CURVE_POINTS))
  const kept = points.filter((_, i) => i % step === 0 || i === points.length - 1)
  const round = (value: number) => Number(value.toFixed(4))
  return {
    roc: [
      [0, 0],
      ...kept.map((p) => [round(p.falsePositives / negatives), round(p.truePositives / positives)]),
    ],
    precisionRecall: kept.map((p) => [
      round(p.truePositives / positives),
      round(p.truePositives / (p.truePositives + p.falsePositives)),
    ]),
  }
}
