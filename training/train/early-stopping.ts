/** When to stop, and which epoch was best: monitors validation loss. A pure state machine. */
export type StoppingState = { best: number; bestEpoch: number; waited: number }

/** Before the first epoch. */
export const notStarted: StoppingState = { best: Infinity, bestEpoch: 0, waited: 0 }

/**
 * Takes an epoch into account, as Keras' EarlyStopping does.
 *
 * @param observation the epoch, counted from 1, its validation loss, and by how much more a loss has to fall to count
 *   as better
 * @returns the state after the epoch; `waited` is how many epochs have brought nothing better
 */
export function observe(
  state: StoppingState,
  { epoch, loss, minDelta }: { epoch: number; loss: number; minDelta: number },
): StoppingState {
  const isBetter = loss < state.best - minDelta
  return isBetter ? { best: loss, bestEpoch: epoch, waited: 0 } : { ...state, waited: state.waited + 1 }
}
