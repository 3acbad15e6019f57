/** What an X-ray can be called, and how a list of probabilities becomes a label. */
import { z } from 'zod'

export const TASKS = {
  binary: ['NORMAL', 'PNEUMONIA'],
  'three-class': ['NORMAL', 'BACTERIA', 'VIRUS'],
} as const satisfies Record<string, readonly string[]>

/** `multi-class` has the classes of its data set: a negative one, and from two findings up. */
export const TASK_NAMES = [...(Object.keys(TASKS) as (keyof typeof TASKS)[]), 'multi-class'] as const
export type Task = (typeof TASK_NAMES)[number]

/** Of a model, the negative one included. */
export const MAX_LABELS = 20

/** Capitals, digits and underscores; the first label of a model means that nothing was found. */
export const labelSchema = z.string().regex(/^[A-Z0-9][A-Z0-9_]{0,39}$/)
export type Label = z.infer<typeof labelSchema>
export const taskSchema = z.enum(TASK_NAMES)

/** The words a person reads, where a model brings none of its own. */
const WORDS: ReadonlyMap<Label, string> = new Map([
  ['NORMAL', 'Normal'],
  ['PNEUMONIA', 'Pneumonia'],
  ['BACTERIA', 'Bacterial pneumonia'],
  ['VIRUS', 'Viral pneumonia'],
])

/** A display name for each label. */
export const findingsSchema = z.record(labelSchema, z.string().max(100))

/**
 * @param findings display names that the model brings
 * @returns the words a person reads for a label
 */
export const wordsOf = (label: Label, findings: Readonly<Record<string, string>> = {}): string =>
  (Object.hasOwn(findings, label) ? findings[label] : undefined) ??
  WORDS.get(label) ??
  label.charAt(0) + label.slice(1).toLowerCase().replaceAll('_', ' ')

/** Probability of any finding, in [0, 1]: everything that is not the first label. */
export const positiveProbability = (probabilities: ArrayLike<number>): number =>
  Math.min(1, Math.max(0, 1 - probabilities[0]))

/**
 * The label that follows a decision: the first if not positive, else the likeliest of the others. A three-class model may
 * so answer BACTERIA although NORMAL has the highest single probability: the threshold decides, not argmax.
 */
export function labelFor(
  labels: readonly Label[],
  probabilities: ArrayLike<number>,
  positive: boolean,
): Label {
  if (!positive) return labels[0]
  let best = 1
  for (let i = 2; i < labels.length; i++) if (probabilities[i] > probabilities[best]) best = i
  return labels[best]
}
