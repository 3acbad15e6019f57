/**
 * Slots keep the last good model of every channel, of its canary, and of the model before it. What a slot keeps stays
 * loaded.
 */
import type { PooledModel } from './model-pool.ts'

export type Slots = ReturnType<typeof createSlots>

/**
 * Creates slots that are all empty.
 *
 * @returns `get`, `set` and `evict`
 */
export function createSlots() {
  const kept = new Map<string, PooledModel>()
  return {
    /** @returns the model that a slot keeps, which whoever uses it retains */
    get: (slot: string): PooledModel | undefined => kept.get(slot),
    /** The slot keeps this model from now on; the caller's own hold on it stays the caller's. */
    set(slot: string, model: PooledModel): void {
      const old = kept.get(slot)
      kept.set(slot, model.retain())
      old?.release()
    },
    /** Every slot that does not need its model any more lets go of it. */
    evict(isNeeded: (slot: string, modelId: string) => boolean): void {
      for (const [slot, model] of kept) {
        if (isNeeded(slot, model.id)) continue
        kept.delete(slot)
        model.release()
      }
    },
  }
}
