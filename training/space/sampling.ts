/** Values of a space as points of the unit cube, which is what oracles think in, and back. */
import type { Random } from '../random.ts'
import { type Dimension, isActive, type Space, type Value, type Values } from './space.ts'

const stepsOf = ({ low, high, step = 1 }: { low: number; high: number; step?: number }): number =>
  Math.floor((high - low) / step + 1e-9) + 1

/**
 * Finds the value at a position. Integers and choices divide [0, 1] into equal parts.
 *
 * @param position in [0, 1]
 * @returns a value of the dimension
 */
export function valueAt(dimension: Dimension, position: number): Value {
  const within = (count: number) => Math.min(count - 1, Math.floor(position * count))
  if (dimension.type === 'choice') return dimension.values[within(dimension.values.length)]
  const { low, high } = dimension
  if (dimension.type === 'integer') return low + (dimension.step ?? 1) * within(stepsOf(dimension))
  if (dimension.scale === 'log') return low * (high / low) ** position
  return low + position * (high - low)
}

/**
 * Inverts `valueAt`.
 *
 * @param value of the dimension
 * @returns the middle of the part of [0, 1] that gives the value
 */
export function positionOf(dimension: Dimension, value: Value): number {
  if (dimension.type === 'choice') return (dimension.values.indexOf(value) + 0.5) / dimension.values.length
  const { low, high } = dimension
  const number = value as number
  if (dimension.type === 'integer') return ((number - low) / (dimension.step ?? 1) + 0.5) / stepsOf(dimension)
  if (dimension.scale === 'log') return Math.log(number / low) / Math.log(high / low)
  return (number - low) / (high - low)
}

/**
 * Finds the values at a point.
 *
 * @param point of the unit cube, one coordinate per dimension
 * @returns one value per dimension; inactive dimensions are left out
 */
export function valuesAt(space: Space, point: ArrayLike<number>): Values {
  const values: Values = {}
  Object.entries(space).forEach(([name, dimension], i) => {
    if (isActive(dimension, values)) values[name] = valueAt(dimension, point[i])
  })
  return values
}

/** @returns a point drawn uniformly from the unit cube, one coordinate per dimension */
export const randomPoint = (space: Space, random: Random): number[] =>
  Object.keys(space).map(() => random.uniform())

/** @returns the point of values; inactive dimensions lie in the middle, where they tell nothing */
export const pointOf = (space: Space, values: Values): number[] =>
  Object.entries(space).map(([name, dimension]) =>
    name in values ? positionOf(dimension, values[name]) : 0.5,
  )

/**
 * Encodes values so that a Gaussian process can measure distances between them.
 *
 * @returns coordinates in [0, 1]: one for a number, one per option for a choice (one-hot); inactive dimensions in the
 *   middle
 */
export const encode = (space: Space, values: Values): number[] =>
  Object.entries(space).flatMap(([name, dimension]) => {
    if (dimension.type !== 'choice') return [name in values ? positionOf(dimension, values[name]) : 0.5]
    return dimension.values.map((value) => (name in values ? Number(values[name] === value) : 0.5))
  })

/** How many levels a float dimension has on a grid. */
const FLOAT_LEVELS = 5

/** @returns every combination of the space, the last dimension changing fastest; floats at five levels */
export function gridOf(space: Space): Values[] {
  let all: Values[] = [{}]
  for (const [name, dimension] of Object.entries(space)) {
    const count =
      dimension.type === 'choice'
        ? dimension.values.length
        : dimension.type === 'integer'
          ? stepsOf(dimension)
          : FLOAT_LEVELS
    const levels = Array.from({ length: count }, (_, i) =>
      valueAt(dimension, dimension.type === 'float' ? i / (count - 1) : (i + 0.5) / count),
    )
    all = all.flatMap((values) =>
      isActive(dimension, values) ? levels.map((value) => ({ ...values, [name]: value })) : [values],
    )
  }
  return all
}
