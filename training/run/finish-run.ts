/** From trained members to a model that can be served and is described. */
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import { folder, type ReadFiles, toJson } from '@zoidberg/core/files.ts'
import { type LoadedModel, loadModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { classIndex, type Dataset, type Selection, truthOf } from '../dataset/dataset.ts'
import { hashedSplit, type Split } from '../dataset/split.ts'
import { fitCalibration } from '../evaluation/calibration.ts'
import { curvesOf } from '../evaluation/curves.ts'
import { type Evaluation, evaluate, predictSamples } from '../evaluation/evaluate.ts'
import { chooseOperatingPoints } from '../evaluation/operating-points.ts'
import {
  type PerturbedRows,
  perturbedFigures,
  predictPerturbed,
  scorePerturbed,
} from '../evaluation/perturbations.ts'
import { predictStrangers } from '../evaluation/strangers.ts'
import { thresholdRules } from '../evaluation/threshold-rules.ts'
import type { History } from '../train/history.ts'
import type { TrainingConfig } from './config.ts'
import { draftManifest } from './draft-manifest.ts'
import { REPORT, replaceFile, saveGraph, saveManifest } from './folder.ts'
import { predictionsOf } from './predictions.ts'
import { writeReport } from './report.ts'

type Trained = {
  dataset: Dataset
  /** By a hash of the patient if left out. */
  split?: Split
  /** The model, as `exportGraph` and `mergeGraphs` give it. */
  graph: [name: string, bytes: Uint8Array][]
  hasMap: boolean
  /** A network whose first layer the report shows; an ensemble has none. */
  network?: LayersModel
  history: History
  bestEpoch: number
}

/** What a run says of its model: on validation, and on the test part where there is one. */
export type FinishedRun = { manifest: Manifest; validation: Evaluation; test: Evaluation | null }

/**
 * Writes a model, calibrates it on validation, evaluates it and writes its manifest.
 *
 * @param run an existing folder
 * @param trained what there is of the training
 * @returns the manifest, and the figures that it has
 */
export async function finishRun(run: string, config: TrainingConfig, trained: Trained): Promise<FinishedRun> {
  const { dataset, split = hashedSplit(dataset), graph, hasMap, network, history, bestEpoch } = trained
  const { validation: samples, test = [] } = split
  const files = await saveGraph(run, graph)
  const draft = draftManifest(config, { dataset, split, hasMap, files })
  // The manifest is written when everything else is: until then a new folder is no model.
  const draftFiles: ReadFiles = async (name) =>
    name === 'manifest.json' ? Buffer.from(toJson(draft)) : folder(run)(name)
  const model = await loadModel(draftFiles)
  const { calibrated, raw, figures, thresholds, metrics } = await calibrateOn(model, draft, {
    dataset,
    samples,
  })
  const onTest = async () => ({
    dataset,
    samples: test,
    raw: await predictSamples(model, { dataset, samples: test }),
  })
  const testFigures = test.length > 0 ? evaluate(calibrated, await onTest(), { part: 'test' }) : null

  const manifest = {
    ...calibrated,
    metrics: { ...metrics, ...(testFigures ? { test: testFigures } : {}) },
  }
  await replaceFile(join(run, REPORT, 'metrics.json'), toJson(manifest.metrics))
  await replaceFile(join(run, REPORT, 'history.json'), toJson(history))
  await writeReport(run, {
    manifest,
    model,
    network,
    augmentation: config.settings.augmentation,
    train: split.train,
    predicted: { dataset, samples, raw },
    predictions: predictionsOf(manifest, { dataset, samples, raw }, figures.threshold),
    figures,
    test: testFigures,
    thresholds,
    history,
    bestEpoch,
  })
  await saveManifest(run, manifest)
  model.dispose()
  return { manifest, validation: figures, test: testFigures }
}

/**
 * Calibrates a model and chooses its operating points, on validation images as strangers might have taken them.
 *
 * @param draft its manifest so far
 * @param selection the validation images
 * @returns the manifest with both, raw probabilities of the plain images, and the figures that a manifest keeps
 */
export async function calibrateOn(model: LoadedModel, draft: Manifest, { dataset, samples }: Selection) {
  const perturbed = await predictPerturbed(model, { dataset, samples })
  const [plain] = perturbed
  const met = [plain, ...(await predictStrangers(model, { dataset, samples }))]
  const calibration = fitCalibration(
    samples.map((sample) => classIndex(sample, draft.labels)),
    met.map(({ rows }) => rows),
  )
  const truth = truthOf(samples)
  const score = plain.rows.map((row) => positiveProbability(calibrate(row, calibration)))
  const operatingPoints = chooseOperatingPoints(truth, scorePerturbed(met, calibration))
  const calibrated = { ...draft, calibration, operatingPoints }
  const figures = evaluate(calibrated, { dataset, samples, raw: plain.rows }, { part: 'validation' })
  const thresholds = thresholdRules(truth, score)
  const shiftsOf = (rows: PerturbedRows) =>
    perturbedFigures(truth, scorePerturbed(rows, calibration), figures.threshold)
  const metrics = {
    validation: figures,
    shifts: shiftsOf(perturbed),
    strangers: shiftsOf(met.slice(1)),
    thresholds,
    curves: curvesOf(
      { truth, score, patients: samples.map(({ patient }) => patient) },
      Object.values(operatingPoints).map(({ threshold }) => threshold),
    ),
  }
  return { calibrated, raw: plain.rows, figures, thresholds, metrics }
}
