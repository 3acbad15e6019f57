/** What a search may choose from: a declaration beside each network, and the unit cube that the oracles think in. */
import { UsageError } from '../errors.ts'
import type { Random } from '../random.ts'

export type Value = number | string
export type Values = Record<string, Value>

/** Only chosen where another dimension, declared before, has one of these values. */
type Condition = { when?: { name: string; in: readonly Value[] } }

export type Dimension =
  | ({ kind: 'integer'; low: number; high: number; step?: number } & Condition)
  | ({ kind: 'float'; low: number; high: number; scale?: 'linear' | 'log' } & Condition)
  | ({ kind: 'choice'; values: readonly Value[] } & Condition)

/** In the order of declaration. */
export type Space = Record<string, Dimension>

const steps = ({ low, high, step = 1 }: { low: number; high: number; step?: number }): number =>
  Math.floor((high - low) / step + 1e-9) + 1

/** The value at `position` in [0, 1]. Integers and choices divide it into equal parts. */
export function valueAt(dimension: Dimension, position: number): Value {
  const within = (count: number) => Math.min(count - 1, Math.floor(position * count))
  if (dimension.kind === 'choice') return dimension.values[within(dimension.values.length)]
  const { low, high } = dimension
  if (dimension.kind === 'integer') return low + (dimension.step ?? 1) * within(steps(dimension))
  if (dimension.scale === 'log') return low * (high / low) ** position
  return low + position * (high - low)
}

/** The middle of the part of [0, 1] that gives `value`: the inverse of `valueAt`. */
export function positionOf(dimension: Dimension, value: Value): number {
  if (dimension.kind === 'choice') return (dimension.values.indexOf(value) + 0.5) / dimension.values.length
  const { low, high } = dimension
  const number = value as number
  if (dimension.kind === 'integer') return ((number - low) / (dimension.step ?? 1) + 0.5) / steps(dimension)
  if (dimension.scale === 'log') return Math.log(number / low) / Math.log(high / low)
  return (number - low) / (high - low)
}

const isActive = ({ when }: Dimension, values: Values): boolean =>
  !when || (when.name in values && when.in.includes(values[when.name]))

/** Values at a point of the unit cube, one coordinate per dimension; inactive dimensions are left out. */
export function valuesAt(space: Space, point: ArrayLike<number>): Values {
  const values: Values = {}
  Object.entries(space).forEach(([name, dimension], i) => {
    if (isActive(dimension, values)) values[name] = valueAt(dimension, point[i])
  })
  return values
}

export const randomPoint = (space: Space, random: Random): number[] =>
  Object.keys(space).map(() => random.uniform())

/** The point of values; inactive dimensions lie in the middle, where they tell nothing. */
export const pointOf = (space: Space, values: Values): number[] =>
  Object.entries(space).map(([name, dimension]) =>
    name in values ? positionOf(dimension, values[name]) : 0.5,
  )

/**
 * Values as coordinates a Gaussian process can measure distances in: numbers in [0, 1], each choice as one coordinate
 * per option (one-hot), inactive dimensions in the middle.
 */
export const encode = (space: Space, values: Values): number[] =>
  Object.entries(space).flatMap(([name, dimension]) => {
    if (dimension.kind !== 'choice') return [name in values ? positionOf(dimension, values[name]) : 0.5]
    return dimension.values.map((value) => (name in values ? Number(values[name] === value) : 0.5))
  })

/** The same for the same values in any order: how duplicates are found. */
export const keyOf = (values: Values): string =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

/** How many levels a float dimension has on a grid. */
const FLOAT_LEVELS = 5

/** Every combination of the space, the last dimension changing fastest; floats at five levels. */
export function gridOf(space: Space): Values[] {
  let all: Values[] = [{}]
  for (const [name, dimension] of Object.entries(space)) {
    const count =
      dimension.kind === 'choice'
        ? dimension.values.length
        : dimension.kind === 'integer'
          ? steps(dimension)
          : FLOAT_LEVELS
    const levels = Array.from({ length: count }, (_, i) =>
      valueAt(dimension, dimension.kind === 'float' ? i / (count - 1) : (i + 0.5) / count),
    )
    all = all.flatMap((values) =>
      isActive(dimension, values) ? levels.map((value) => ({ ...values, [name]: value })) : [values],
    )
  }
  return all
}

/** @throws UsageError naming a dimension that nothing can be drawn from */
export function assertSpace(space: Space): void {
  const seen: string[] = []
  for (const [name, dimension] of Object.entries(space)) {
    const { when } = dimension
    if (when && !seen.includes(when.name))
      throw new UsageError(`${name} depends on ${when.name}, which is not declared before it.`)
    const isEmpty =
      dimension.kind === 'choice' ? dimension.values.length === 0 : !(dimension.low < dimension.high)
    if (isEmpty) throw new UsageError(`${name} has nothing to choose from.`)
    if (dimension.kind === 'float' && dimension.scale === 'log' && dimension.low <= 0)
      throw new UsageError(`${name} is logarithmic and must begin above 0.`)
    seen.push(name)
  }
}
