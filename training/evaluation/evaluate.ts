/** The figures of `evaluate --json`: what a saved model makes of labelled images, by the code that serves it. */
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { decide } from '@zoidberg/core/prediction.ts'
import { sidesOf } from '../dataset/classes.ts'
import { classIndex, patientsOf, type Sample, type Selection, truthOf } from '../dataset/dataset.ts'
import { brier, expectedCalibrationError, logLoss } from '../metrics/binary.ts'
import { classificationScores, confusionMatrix, rocAucOneVsRest } from '../metrics/multiclass.ts'
import type { Progress } from '../progress.ts'
import { averagesOf, binaryFigures } from './figures.ts'
import { seenBy } from './seen.ts'

const BATCH = 32

/**
 * Asks a model about samples.
 *
 * @param onProgress counts samples
 * @returns raw probabilities, one row per sample in the order of the manifest's labels
 */
export async function predictSamples(
  model: LoadedModel,
  { dataset, samples }: Selection,
  onProgress?: Progress,
): Promise<Float32Array[]> {
  const rows: Float32Array[] = []
  for (let i = 0; i < samples.length; i += BATCH) {
    const batch = samples.slice(i, i + BATCH)
    rows.push(...(await model.predict(batch.map(dataset.pixels))).probabilities)
    onProgress?.(rows.length, samples.length)
  }
  return rows
}

export type Evaluation = ReturnType<typeof evaluate>

/** @property raw probabilities as `predictSamples` gives them */
export type Predicted = Selection & { raw: Float32Array[] }

/**
 * Evaluates a model.
 *
 * @param manifest has the calibration and the operating points
 * @param predicted at least one sample
 * @param options what the samples are called in the result, and the operating point, the default one if left out
 * @returns what `evaluate --json` prints
 * @throws ZoidbergError bad-request if the model has no such operating point
 */
export function evaluate(
  manifest: Manifest,
  { dataset, samples, raw }: Predicted,
  { part, operatingPoint }: { part: string; operatingPoint?: string },
) {
  const decisions = raw.map((row) => decide(row, manifest, operatingPoint))
  const truth = truthOf(samples)
  const score = decisions.map(({ decision }) => decision.probability)
  const { threshold, operatingPoint: name } = decisions[0].decision
  const patients = samples.map(({ patient }) => patient)
  return {
    schema: 1,
    model: { id: manifest.id, task: manifest.task, labels: manifest.labels },
    data: {
      part,
      images: samples.length,
      patients: patientsOf(samples),
      skipped: dataset.skipped,
      unreadable: dataset.unreadable,
      fingerprint: dataset.fingerprint,
      patientsKnown: samples.every(({ patientKnown }) => patientKnown),
      seen: seenBy(manifest, samples),
    },
    operatingPoint: name,
    threshold,
    ...binaryFigures({ truth, score, patients }, threshold, sidesOf(manifest.labels)),
    brier: brier(truth, score),
    logLoss: logLoss(truth, score),
    ece: expectedCalibrationError(truth, score),
    threeClass: manifest.task === 'three-class' ? classFigures(manifest, samples, decisions) : null,
    classes: manifest.task === 'multi-class' ? classFigures(manifest, samples, decisions) : null,
  }
}

/** Null where an image has a label that the model does not know. */
function classFigures({ labels }: Manifest, samples: Sample[], decisions: ReturnType<typeof decide>[]) {
  if (samples.some(({ label }) => !labels.includes(label))) return null
  const truth = samples.map((sample) => classIndex(sample, labels))
  const called = decisions.map(({ label }) => labels.indexOf(label))
  const probabilities = decisions.map(({ probabilities: p }) => labels.map((label) => p[label] as number))
  const confusion = confusionMatrix(truth, called, labels.length)
  const scores = classificationScores(confusion, labels)
  return {
    accuracy: scores.accuracy,
    balancedAccuracy: scores.balancedAccuracy,
    rocAucOvr: rocAucOneVsRest(truth, probabilities, labels.length),
    confusion,
    ...averagesOf(scores),
  }
}
