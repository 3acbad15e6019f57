/** The figures of `evaluate --json`: what a saved model makes of labelled images, by the code that serves it. */

import { type Label, TASKS } from '@zoidberg/core/contract/labels.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { judge } from '@zoidberg/core/prediction.ts'
import { classIndex, type Dataset, patientsOf, type Sample, truthOf } from '../dataset/dataset.ts'
import type { Progress } from '../dataset/pixels.ts'
import { brier, expectedCalibrationError } from '../metrics/binary.ts'
import { classificationScores, confusionMatrix, rocAucOneVsRest } from '../metrics/multiclass.ts'
import { averagesOf, binaryFigures } from './figures.ts'

const BATCH = 32

/** Raw probabilities of a model on samples, one row each, in the order of the manifest's labels. */
export async function predictSamples(
  model: LoadedModel,
  dataset: Dataset,
  samples: Sample[],
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

/**
 * @param raw probabilities as `predictSamples` gives them; calibration and operating point come from the manifest
 * @param part what the samples are called in the answer
 */
export function evaluate(
  manifest: Manifest,
  dataset: Dataset,
  samples: Sample[],
  raw: Float32Array[],
  part: string,
  operatingPoint?: string,
) {
  const answers = raw.map((row) => judge(row, manifest, operatingPoint))
  const truth = truthOf(samples)
  const score = answers.map((answer) => answer.decision.probability)
  const { threshold, operatingPoint: name } = answers[0].decision
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
    },
    operatingPoint: name,
    threshold,
    ...binaryFigures(
      truth,
      score,
      threshold,
      samples.map((sample) => sample.patient),
    ),
    brier: brier(truth, score),
    ece: expectedCalibrationError(truth, score),
    threeClass: threeClassFigures(manifest, samples, answers),
  }
}

type Answer = ReturnType<typeof judge>

/** Null where the model or the labels know no kinds. */
function threeClassFigures(manifest: Manifest, samples: Sample[], answers: Answer[]) {
  if (manifest.task !== 'three-class' || samples.some((sample) => sample.label === 'PNEUMONIA')) return null
  const labels = TASKS['three-class'] as readonly Label[]
  const truth = samples.map((sample) => classIndex(sample, 'three-class'))
  const called = answers.map((answer) => labels.indexOf(answer.label))
  const probabilities = answers.map((answer) => labels.map((label) => answer.probabilities[label] as number))
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
