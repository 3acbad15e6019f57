/** Points a channel at a model that a run trained, if an admin wanted that and the model is better. */
import { promote } from '@zoidberg/core/channels.ts'
import type { Comparison, NoComparison } from '@zoidberg/core/contract/comparison.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { TrainConfig } from '@zoidberg/core/contract/run.ts'
import type { Context } from './context.ts'
import { log } from './log.ts'

type Candidate = { modelId: string; comparison: Comparison | NoComparison }

/**
 * Promotes a model that is better in the one sense of `verdictOf`: one that lost sensitivity is 'different', and waits
 * for a person.
 *
 * @param config says for which channel, and above which margin of accuracy
 * @returns whether the model is promoted, by this attempt or one before
 */
export async function promoteIfBetter(
  { run, firestore, store }: Context,
  { promoteAbove, channel }: TrainConfig,
  { modelId, comparison }: Candidate,
): Promise<boolean> {
  if (promoteAbove === null || comparison.verdict !== 'better') return false
  const [low] = comparison.differences.accuracy.interval
  if (low < promoteAbove) return false
  await run.showNow({ progress: { phase: 'promoting', done: 0, total: 1, note: modelId } })
  const by = `run ${run.id}`
  // Once: what people do after it, such as rolling back, is theirs.
  const moved = await firestore.collection(`channels/${channel}/audit`).where('by', '==', by).limit(1).get()
  if (!moved.empty) return true
  const why = `better than ${comparison.against} by at least ${low.toFixed(4)} accuracy`
  try {
    await promote({ firestore, store, channel }, modelId, { by, why, expected: comparison.against })
    return true
  } catch (error) {
    if (!(error instanceof ZoidbergError && error.type === 'conflict')) throw error
    log('WARNING', 'not promoted', { reason: error.message })
    return false
  }
}
