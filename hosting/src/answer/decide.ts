/** What a probability means at a threshold, without asking the server again. Pure. */
import type { AtThreshold, Card, OperatingPoint } from '@zoidberg/core/contract/card.ts'
import { type Label, labelFor } from '@zoidberg/core/contract/labels.ts'

export type Decided = { label: Label; positive: boolean; probability: number }

/** @returns the decision of an answer at another threshold than its own, by the rule that the backend has */
export function decideAt(probabilities: Readonly<Record<Label, number>>, threshold: number): Decided {
  const labels = Object.keys(probabilities)
  const values = Object.values(probabilities)
  const probability = Math.min(1, Math.max(0, 1 - values[0]))
  const positive = probability >= threshold
  return { label: labelFor(labels, values, positive), positive, probability }
}

/** @returns what the card says of a threshold: the nearest one below that it knows, because rates change only there */
export function ratesAt({ metrics }: Pick<Card, 'metrics'>, threshold: number): AtThreshold | undefined {
  const all = metrics.curves?.thresholds ?? []
  // Rates change where an image's probability is: from one on, fewer are called ill.
  return all.find((row) => row.threshold >= threshold) ?? all.at(-1)
}

/** A threshold, and the name of the operating point that it is; none where somebody moved it. */
export type Chosen = { threshold: number; name?: string }

/** @returns the default operating point of a model */
export function defaultPoint({ operatingPoints }: Pick<Card, 'operatingPoints'>): Required<Chosen> {
  const all = Object.entries(operatingPoints)
  const [name, { threshold }] = (all.find(([, point]) => point.default) ?? all[0]) as [string, OperatingPoint]
  return { name, threshold }
}
