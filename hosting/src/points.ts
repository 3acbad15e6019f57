/** The operating points of a model as a person can choose among them. Pure. */
import type { OperatingPoint } from '@zoidberg/core/contract/card.ts'

/** @property others names of the points that have the same threshold */
export type Choice = { name: string; point: OperatingPoint; others: string[] }

/** One choice a threshold, by its default point or its first. */
export function choicesOf(points: Record<string, OperatingPoint>): Choice[] {
  const all = Object.entries(points)
  const sameAs = (threshold: number) => all.filter(([, point]) => point.threshold === threshold)
  const nameOf = (threshold: number) => {
    const same = sameAs(threshold)
    return (same.find(([, point]) => point.default) ?? same[0])[0]
  }
  return all
    .filter(([name, { threshold }]) => nameOf(threshold) === name)
    .map(([name, point]) => ({
      name,
      point,
      others: sameAs(point.threshold).flatMap(([other]) => (other === name ? [] : [other])),
    }))
}
