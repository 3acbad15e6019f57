/** From trained members to a model that can be served and is described. */
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { positiveProbability, TASKS } from '@zoidberg/core/contract/labels.ts'
import { folder, type ReadFiles, toJson } from '@zoidberg/core/files.ts'
import { loadModel } from '@zoidberg/core/graph/load.ts'
import { PREPROCESSING, SHARP_VERSION } from '@zoidberg/core/image.ts'
import { MANIFEST_SCHEMA, type Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { classIndex, type Dataset, truthOf } from '../dataset/dataset.ts'
import { fitCalibration } from '../evaluation/calibration.ts'
import { evaluate, predictSamples } from '../evaluation/evaluate.ts'
import { chooseOperatingPoints, thresholdRules } from '../evaluation/operating-points.ts'
import { fitReference } from '../evaluation/reference.ts'
import { predictShifts, scoreShifts, shiftFigures } from '../evaluation/shifts.ts'
import { ACTIVATION_MAP, PROBABILITIES } from '../graph/export.ts'
import { curve } from '../metrics/binary.ts'
import type { History } from '../train/loop.ts'
import { hashedSplit, type RunConfig, type Split, splitDigest } from './config.ts'
import { REPORT, replaceFile, saveGraph, saveManifest } from './folder.ts'
import { writeReport } from './report.ts'

/** Exports members as one graph model, calibrates it on validation, evaluates it and writes its manifest. */
export async function finishRun(
  run: string,
  dataset: Dataset,
  config: RunConfig,
  members: LayersModel[],
  trained: { history: History; bestEpoch: number },
  split: Split = hashedSplit(dataset),
) {
  const { task } = config
  const { validation, test = [] } = split
  const files = await saveGraph(run, members, {
    float16: config.float16,
  })
  const draft = draftManifest(dataset, config, members, files, split)
  // The manifest is written when everything else is: until then a new folder is no model.
  const draftFiles: ReadFiles = async (name) =>
    name === 'manifest.json' ? Buffer.from(toJson(draft)) : folder(run)(name)
  const served = await loadModel(draftFiles)
  const shiftedRows = await predictShifts(served, dataset, validation)
  const [{ rows: raw }] = shiftedRows
  const calibration = fitCalibration(
    validation.map((sample) => classIndex(sample, task)),
    shiftedRows.map(({ rows }) => rows),
  )
  const truth = truthOf(validation)
  const score = raw.map((row) => positiveProbability(calibrate(row, calibration)))
  const shifted = scoreShifts(shiftedRows, calibration)
  const calibrated = {
    ...draft,
    calibration,
    operatingPoints: chooseOperatingPoints(truth, shifted),
  }
  const figures = evaluate(calibrated, dataset, validation, raw, 'validation')
  const thresholds = thresholdRules(truth, score)
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
    test: testFigures,
    thresholds,
    history,
    bestEpoch,
    model: served,
  })
  await saveManifest(run, manifest)
  served.dispose()
  return { manifest, validation: figures, test: testFigures }
}

/** What is known of a model before it has answered anything. */
function draftManifest(
  dataset: Dataset,
  config: RunConfig,
  [member]: LayersModel[],
  files: Manifest['files'],
  split: Split,
): Manifest {
  const { definition, size, task } = config
  const { train, validation } = split
  const createdAt = new Date().toISOString()
  const id = config.id ?? `${definition.name}-${createdAt.slice(0, 19).replace(/\D/g, '')}-s${config.seed}`
  return {
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
      ...(member.outputs.length > 1 ? { activationMap: ACTIVATION_MAP } : {}),
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
      dataset: {
        fingerprint: dataset.fingerprint,
        images: train.length,
        synthetic: dataset.synthetic,
        split: splitDigest(split),
      },
      seed: config.seed,
      hyperparameters: { ...config.hyperparameters, ...config.settings },
      versions: { node: process.versions.node, sharp: SHARP_VERSION },
    },
  }
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
