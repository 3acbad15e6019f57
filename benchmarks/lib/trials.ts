/** Trials for what asks an oracle without a search around it. */
import type { Suggestion, Trial } from '@zoidberg/training/tuning/trials.ts'

/**
 * @param curve scores by epoch
 * @returns a suggestion as the finished trial that a store would hold
 */
export const finishedTrial = (
  { values, epochs, from, note = {} }: Suggestion,
  id: number,
  curve: number[],
): Trial => ({
  id,
  values,
  state: 'succeeded',
  score: Math.max(...curve),
  curve,
  epochs,
  from: from ?? null,
  note,
  attempt: 1,
  lease: null,
  seconds: 0,
  error: null,
})
