/** What a search may choose from. A network declares its space beside its layers. */
import { UsageError } from '../errors.ts'

export type Value = number | string
export type Values = Record<string, Value>

/** Only chosen where another dimension, declared before, has one of these values. */
type Condition = { when?: { name: string; in: readonly Value[] } }

export type Dimension =
  | ({ type: 'integer'; low: number; high: number; step?: number } & Condition)
  | ({ type: 'float'; low: number; high: number; scale?: 'linear' | 'log' } & Condition)
  | ({ type: 'choice'; values: readonly Value[] } & Condition)

/** Dimensions by name, in the order of declaration. */
export type Space = Record<string, Dimension>

/**
 * Decides whether a dimension has a value beside what is chosen already.
 *
 * @param values of the dimensions declared before
 * @returns false where the dimension's condition does not hold
 */
export const isActive = ({ when }: Dimension, values: Values): boolean =>
  !when || (when.name in values && when.in.includes(values[when.name]))

/** @returns a text that is the same for the same values in any order: how duplicates are found */
export const keyOf = (values: Values): string =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * Makes sure that something can be drawn from every dimension.
 *
 * @throws UsageError naming the dimension that nothing can be drawn from
 */
export function assertSpace(space: Space): void {
  const seen: string[] = []
  for (const [name, dimension] of Object.entries(space)) {
    const { when } = dimension
    if (when && !seen.includes(when.name))
      throw new UsageError(`${name} depends on ${when.name}, which is not declared before it.`)
    const isEmpty =
      dimension.type === 'choice' ? dimension.values.length === 0 : !(dimension.low < dimension.high)
    if (isEmpty) throw new UsageError(`${name} has nothing to choose from.`)
    if (dimension.type === 'float' && dimension.scale === 'log' && dimension.low <= 0)
      throw new UsageError(`${name} is logarithmic and must begin above 0.`)
    seen.push(name)
  }
}
