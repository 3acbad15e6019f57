/** What a model says of every validation image, kept beside its report for plots and comparisons. */
import { positiveProbability } from '@zoidberg/core/contract/labels.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { calibrate } from '@zoidberg/core/prediction.ts'
import { sidesOf } from '../dataset/classes.ts'
import { truthOf } from '../dataset/dataset.ts'
import type { Predicted } from '../evaluation/evaluate.ts'

/** The content of `report/predictions.json`. */
export type ValidationPredictions = {
  patients: string[]
  /** 1 for any finding. */
  truth: number[]
  /** Calibrated probability of any finding, of a network, or the score of a classical algorithm. */
  score: number[]
  /** Of the score, inclusive. */
  threshold: number
  synthetic: boolean
  /** What the two sides are called; older runs do not say. */
  labels?: string[]
}

/** @returns what a calibrated model says of its validation images */
export function predictionsOf(
  manifest: Manifest,
  { samples, raw }: Predicted,
  threshold: number,
): ValidationPredictions {
  return {
    patients: samples.map(({ patient }) => patient),
    truth: truthOf(samples),
    score: raw.map((row) => positiveProbability(calibrate(row, manifest.calibration))),
    threshold,
    synthetic: manifest.training.dataset.synthetic,
    labels: sidesOf(manifest.labels),
  }
}
