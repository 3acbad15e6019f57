/** What an X-ray can be called, and how a list of probabilities becomes a label. */
import { z } from 'zod'

export const TASKS = {
  binary: ['NORMAL', 'PNEUMONIA'],
  'three-class': ['NORMAL', 'BACTERIA', 'VIRUS'],
} as const satisfies Record<string, readonly string[]>

export type Task = keyof typeof TASKS
export type Label = (typeof TASKS)[Task][number]

export const taskSchema = z.enum(Object.keys(TASKS) as [Task, ...Task[]])
export const labelSchema = z.enum(['NORMAL', 'PNEUMONIA', 'BACTERIA', 'VIRUS'])

/** The words a person reads. */
export const WORDS: Record<Label, string> = {
  NORMAL: 'Normal',
  PNEUMONIA: 'Pneumonia',
  BACTERIA: 'Bacterial pneumonia',
  VIRUS: 'Viral pneumonia',
}

/** P(pneumonia) in [0, 1]: everything that is not NORMAL, the first label of every task. */
export const positiveProbability = (probabilities: ArrayLike<number>): number =>
  Math.min(1, Math.max(0, 1 - probabilities[0]))

/**
 * The label that follows a decision: NORMAL if not positive, else the likeliest of the other labels. A three-class
 * model may so answer BACTERIA although NORMAL has the highest single probability: the threshold decides, not argmax.
 */
export function labelFor(
  labels: readonly Label[],
  probabilities: ArrayLike<number>,
  positive: boolean,
): Label {
  if (!positive) return 'NORMAL'
  let best = 1
  for (let i = 2; i < labels.length; i++) if (probabilities[i] > probabilities[best]) best = i
  return labels[best]
}
