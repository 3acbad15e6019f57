/**
 * Models answer requests: the channels say which, the pool loads them, and where one is broken or takes long to load, the
 * slot's last good model answers instead. A request holds its model until it has ended.
 */
import { digestOf, modelsOf } from '@zoidberg/core/channels.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { type Channels, createChannelCache } from './channel-cache.ts'
import { within } from './deadline.ts'
import { createModelPool, type PooledModel } from './model-pool.ts'
import { isNeeded, modelOfSlot, type Target, targetsOf } from './routing.ts'
import { createSlots } from './slots.ts'

/** How long a request waits for a promoted model to load and warm up before the old one answers it. */
export const SWAP_WAIT_MS = 1000

export type ModelsOptions = {
  channels(): Promise<Channels>
  load(id: string, sha256?: string): Promise<LoadedModel>
  onRefused(id: string, error: Error): void
  /** A request that meant this model could not have it, whoever answers instead; once a request, however many images. */
  onMissed(id: string, error: Error): void
  onChannelsUnreadable(error: Error): void
  /** What a caller may do who asks for a model that no channel names. */
  hint?: string
  now?(): number
}

/** A model that answers a request, and the channel it answers for. */
export type ChosenModel = { model: LoadedModel; channel: string }

type OnMiss = ModelsOptions['onMissed']

export type Models = ReturnType<typeof createModels>

/**
 * Puts the parts together. Nothing is read or loaded before the first request.
 *
 * @returns `use`, which runs work with a model; `channels`, as they are believed; and `lastError`
 */
export function createModels({
  channels,
  load,
  onRefused,
  onMissed,
  onChannelsUnreadable,
  hint,
  now = Date.now,
}: ModelsOptions) {
  const cache = createChannelCache({ read: channels, onUnreadable: onChannelsUnreadable, now })
  const pool = createModelPool({ load, onRefused, now })
  const slots = createSlots()

  /** Holds a target's model for one request; its slot answers with it from then on. */
  async function acquire({ modelId, slot }: Target, onMiss: OnMiss): Promise<PooledModel> {
    const held = await pool.acquire(modelId, digestOf(cache.known(), modelId)).catch((error: Error) => {
      onMiss(modelId, error)
      throw error
    })
    // The channels may have moved on while the model was loading: then it answers this request alone.
    if (!slots.get(slot) || modelOfSlot(cache.known(), slot) === modelId) slots.set(slot, held)
    return held
  }

  /** Undefined if it takes too long or fails; a model that arrives later is released again. */
  async function acquireInTime(target: Target, onMiss: OnMiss): Promise<PooledModel | undefined> {
    let isLate = false
    const arrived = acquire(target, onMiss).then(
      (held) => {
        if (!isLate) return held
        held.release()
      },
      () => undefined,
    )
    const held = await within(SWAP_WAIT_MS, arrived)
    isLate = held === undefined
    return held
  }

  /** Holds a target's model, or the last good one of its slot while that one loads or is broken. */
  async function acquireOrFallBack(target: Target, onMiss: OnMiss): Promise<PooledModel> {
    const { modelId, slot, fallback } = target
    const last = slots.get(slot)
    if (last?.id === modelId || fallback === 'none') return acquire(target, onMiss)
    if (fallback === 'next-target') {
      const held = await acquireInTime(target, onMiss)
      if (held) return held
      throw new ZoidbergError('model-unavailable', `Model ${modelId} is not loaded yet.`)
    }
    if (!last)
      return acquire(target, onMiss).catch((error) => {
        // Another request may have loaded a good one meanwhile.
        const good = slots.get(slot)
        if (!good) throw error
        return good.retain()
      })
    // Held meanwhile, so that nothing disposes it before it is needed.
    const spare = last.retain()
    const held = await acquireInTime(target, onMiss)
    if (!held) return spare
    spare.release()
    return held
  }

  /** @throws the error of the first target if none can be had: that is what an operator has to hear of */
  async function acquireFirst(
    [target, ...others]: Target[],
    onMiss: OnMiss,
  ): Promise<{ target: Target; held: PooledModel }> {
    try {
      return { target, held: await acquireOrFallBack(target, onMiss) }
    } catch (error) {
      if (others.length === 0) throw error
      return acquireFirst(others, onMiss).catch(() => Promise.reject(error))
    }
  }

  return {
    channels: cache.current,
    /** @returns what went wrong with the channels, or with a model that one of them names, and has not gone well since */
    lastError(): string | undefined {
      const named = new Set([...cache.known().values()].flatMap(modelsOf))
      return cache.lastError() ?? pool.lastRefusal(named)?.message
    },
    /**
     * Runs `work` with the model that `wanted` (a model id or a channel, else production) means now.
     *
     * @param caller stays the same for one client, so that a canary always or never answers it; undefined is a look whether
     * all is well: it gets no canary, and what it cannot have is not counted as missed
     * @returns what `work` does
     * @throws ZoidbergError not-found or model-unavailable, and what `work` throws
     */
    async use<T>(
      wanted: string | undefined,
      caller: string | undefined,
      work: (chosen: ChosenModel) => Promise<T>,
    ): Promise<T> {
      const targets = targetsOf(await cache.current(), { wanted, caller, hint })
      const onMiss = caller === undefined ? () => {} : onMissed
      const { target, held } = await acquireFirst(targets, onMiss)
      slots.evict((slot, modelId) => isNeeded(cache.known(), slot, modelId))
      try {
        return await work({ model: held.model, channel: target.channel })
      } finally {
        held.release()
      }
    },
  }
}
