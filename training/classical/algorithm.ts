/**
 * What every classical algorithm is: parameters, fit, decide. A fitted model is data only, so saving it is writing it.
 */
import type { z } from 'zod'
import { UsageError } from '../errors.ts'
import { assertFinite, type Matrix } from '../matrix/matrix.ts'

export type Parameters = Record<string, number | string | boolean | null>

export type Fitted = Record<string, number | string | Float32Array | Float64Array | Int32Array | Uint8Array>

/** Samples by features, and of each sample 1 for a positive, 0 for a negative. */
export type Labelled = { x: Matrix; y: Uint8Array }

export type Algorithm = {
  name: string
  /** Names and defaults are those of the library it is measured against. */
  parameters: z.ZodObject
  /** Scores above this are called positive: 0 for margins, 0.5 for probabilities. */
  threshold: number
  /** Fits samples with labels of 0 or 1; what it returns is plain data, complete for `decide`. */
  fit(x: Matrix, y: Uint8Array, parameters: Parameters): Fitted
  /** Gives one score per row; larger is likelier positive. */
  decide(model: Fitted, x: Matrix): Float64Array
}

/**
 * Declares an algorithm: ties the types of its fit and its decide together and forgets them for the list of algorithms.
 *
 * @returns the same object
 */
export function defineAlgorithm<S extends z.ZodObject, M extends Fitted>(algorithm: {
  name: string
  parameters: S
  threshold: number
  fit(x: Matrix, y: Uint8Array, parameters: z.infer<S>): M
  decide(model: M, x: Matrix): Float64Array
}): Algorithm {
  return algorithm as unknown as Algorithm
}

/**
 * Puts parameters over an algorithm's defaults.
 *
 * @returns every parameter of the algorithm
 * @throws UsageError naming the parameter that is unknown or out of range
 */
export function resolveParameters({ name, parameters }: Algorithm, overrides: Parameters = {}): Parameters {
  const result = parameters.strict().safeParse(overrides)
  if (result.success) return result.data as Parameters
  const [issue] = result.error.issues
  if (issue.code === 'unrecognized_keys')
    throw new UsageError(
      `${name} has no parameter "${issue.keys[0]}"; there are ${Object.keys(parameters.shape).join(', ')}.`,
    )
  throw new UsageError(`${name}: ${issue.path.join('.')}: ${issue.message}`)
}

/**
 * Fits an algorithm.
 *
 * @param overrides of its default parameters
 * @returns the fitted model
 * @throws UsageError for data that nothing can be learnt from, and for unknown parameters
 */
export function fit(algorithm: Algorithm, { x, y }: Labelled, overrides: Parameters = {}): Fitted {
  if (x.rows !== y.length) throw new UsageError(`${x.rows} samples have ${y.length} labels.`)
  if (new Set(y).size < 2)
    throw new UsageError(
      `${algorithm.name} needs two classes to learn from, but there is ${new Set(y).size}.`,
    )
  assertFinite(x)
  return algorithm.fit(x, y, resolveParameters(algorithm, overrides))
}

/**
 * Asks a fitted model about samples.
 *
 * @returns one score per row; larger is likelier positive
 * @throws UsageError for values or a number of features the model was not fitted on
 */
export function decide(algorithm: Algorithm, model: Fitted, x: Matrix): Float64Array {
  if (x.columns !== model.columns)
    throw new UsageError(`the model was fitted on ${model.columns} features, not on ${x.columns}.`)
  assertFinite(x)
  return algorithm.decide(model, x)
}

/** @returns 1 for each score that is above the algorithm's threshold, 0 for the others */
export const classify = ({ threshold }: Algorithm, scores: Float64Array): Uint8Array =>
  Uint8Array.from(scores, (score) => (score > threshold ? 1 : 0))
