/** The optimizers by name, and what a step must know of each: where the learning rate goes, and what it changes. */
import { type Optimizer, scalar, train, type Variable } from '@tensorflow/tfjs-core'
import type { OptimizerName } from '../networks/definition.ts'

/** Keras' defaults. */
const RMSPROP_DECAY = 0.9
/** Of Krizhevsky et al. (2012), and of nearly everybody since. */
const MOMENTUM = 0.9

/** `adamw` is Adam; its weight decay is taken beside it. */
const MAKERS = {
  adam: (rate: number): Optimizer => train.adam(rate),
  adamw: (rate: number): Optimizer => train.adam(rate),
  rmsprop: (rate: number): Optimizer => train.rmsprop(rate, RMSPROP_DECAY),
  sgd: (rate: number): Optimizer => train.momentum(rate, MOMENTUM),
} satisfies Record<OptimizerName, (rate: number) => Optimizer>

/**
 * Makes an optimizer: Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019), RMSprop (Tieleman & Hinton 2012), or `sgd`,
 * which is stochastic gradient descent with a momentum of 0.9.
 *
 * @returns the optimizer, to be disposed by the caller
 */
export const createOptimizer = (name: OptimizerName, learningRate: number): Optimizer =>
  MAKERS[name](learningRate)

/** Sets the learning rate of the next step. */
export function setLearningRate(optimizer: Optimizer, rate: number): void {
  // Protected in its types, yet meant to change. SGD keeps its numbers as tensors, which a graph must see being made.
  const tensors = optimizer.getClassName() === 'Momentum' ? { c: scalar(-rate), m: scalar(MOMENTUM) } : {}
  Object.assign(optimizer, { learningRate: rate, ...tensors })
}

/** All that tfjs' optimizers keep between steps, under the names they have there. */
type Slots = Partial<
  Record<
    | 'accumulatedFirstMoment'
    | 'accumulatedSecondMoment'
    | 'accumulatedMeanSquares'
    | 'accumulatedMoments'
    | 'accumulations',
    { variable: Variable }[]
  > & { accBeta1: Variable; accBeta2: Variable }
>

/** @returns what the optimizer changes beside the weights; it has them from its first step on */
export function slotsOf(optimizer: Optimizer): Variable[] {
  const own = optimizer as unknown as Slots
  const lists = [
    own.accumulatedFirstMoment,
    own.accumulatedSecondMoment,
    own.accumulatedMeanSquares,
    own.accumulatedMoments,
    own.accumulations,
  ]
  const powers = [own.accBeta1, own.accBeta2].filter((power) => power !== undefined)
  return [...lists.flatMap((list = []) => list.map(({ variable }) => variable)), ...powers]
}
