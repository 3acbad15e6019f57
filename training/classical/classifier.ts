/** An algorithm with the scaler of its training samples: what is fitted, asked, saved and loaded. */
import type { Matrix } from '../matrix/matrix.ts'
import { decide, type Fitted, fit, type Labelled, type Parameters, resolveParameters } from './algorithm.ts'
import { algorithmNamed } from './index.ts'
import { fitScaler, type Scaler, scale } from './standard-scaler.ts'

export type Classifier = { algorithm: string; parameters: Parameters; scaler: Scaler; model: Fitted }

/**
 * Fits a scaler and, on scaled samples, an algorithm.
 *
 * @param name of the algorithm
 * @param overrides of its default parameters
 * @returns both, as plain data
 * @throws UsageError for unknown algorithms and parameters, and for data that nothing can be learnt from
 */
export function fitClassifier(name: string, { x, y }: Labelled, overrides: Parameters = {}): Classifier {
  const algorithm = algorithmNamed(name)
  const scaler = fitScaler(x)
  const model = fit(algorithm, { x: scale(scaler, x), y }, overrides)
  return { algorithm: name, parameters: resolveParameters(algorithm, overrides), scaler, model }
}

/** @returns one score per row, positive above the algorithm's threshold */
export const scoresOf = ({ algorithm, scaler, model }: Classifier, x: Matrix): Float64Array =>
  decide(algorithmNamed(algorithm), model, scale(scaler, x))
