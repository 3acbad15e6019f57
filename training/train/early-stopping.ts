/** When to stop, and which epoch was best: monitors validation loss. A pure state machine. */
export type StoppingState = { best: number; bestEpoch: number; waited: number }

export const notStarted: StoppingState = { best: Infinity, bestEpoch: 0, waited: 0 }

/** Keras' EarlyStopping: an epoch counts as better if its loss falls by more than `minDelta`. */
export function observe(state: StoppingState, epoch: number, loss: number, minDelta: number): StoppingState {
  const isBetter = loss < state.best - minDelta
  return isBetter ? { best: loss, bestEpoch: epoch, waited: 0 } : { ...state, waited: state.waited + 1 }
}
