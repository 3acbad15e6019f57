/** What every classical algorithm is: parameters, fit, decide. A fitted model is data only, so saving it is writing it. */
import type { z } from 'zod'
import { UsageError } from '../errors.ts'
import { assertFinite, type Matrix } from './matrix.ts'

export type Parameters = Record<string, number | string | boolean | null>

export type Fitted = Record<string, number | string | Float32Array | Float64Array | Int32Array | Uint8Array>

export type Algorithm = {
  name: string
  /** Names and defaults are those of the library it is measured against. */
  parameters: z.ZodObject
  /** Scores above this are called positive: 0 for margins, 0.5 for probabilities. */
  threshold: number
  /** @param y 0 or 1 per row @returns plain data, complete for `decide` */
  fit(x: Matrix, y: Uint8Array, parameters: Parameters): Fitted
  /** One score per row; larger is likelier positive. */
  decide(model: Fitted, x: Matrix): Float64Array
}

/** Ties the types of a fit and its decide together and forgets them for the list of algorithms. */
export function defineAlgorithm<S extends z.ZodObject, M extends Fitted>(algorithm: {
  name: string
  parameters: S
  threshold: number
  fit(x: Matrix, y: Uint8Array, parameters: z.infer<S>): M
  decide(model: M, x: Matrix): Float64Array
}): Algorithm {
  return algorithm as unknown as Algorithm
}

/** Defaults with `overrides` put over them. @throws UsageError naming the parameter that is unknown or out of range */
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

/** @throws UsageError for data that nothing can be learnt from */
export function fit(algorithm: Algorithm, x: Matrix, y: Uint8Array, overrides: Parameters = {}): Fitted {
  if (x.rows !== y.length) throw new UsageError(`${x.rows} samples have ${y.length} labels.`)
  if (new Set(y).size < 2)
    throw new UsageError(
      `${algorithm.name} needs two classes to learn from, but there is ${new Set(y).size}.`,
    )
  assertFinite(x)
  return algorithm.fit(x, y, resolveParameters(algorithm, overrides))
}

/** @throws UsageError for values or a number of features the model was not fitted on */
export function decide(algorithm: Algorithm, model: Fitted, x: Matrix): Float64Array {
  if (x.columns !== model.columns)
    throw new UsageError(`the model was fitted on ${model.columns} features, not on ${x.columns}.`)
  assertFinite(x)
  return algorithm.decide(model, x)
}

/** 0 or 1 per score. */
export const classify = ({ threshold }: Algorithm, scores: Float64Array): Uint8Array =>
  Uint8Array.from(scores, (score) => (score > threshold ? 1 : 0))
