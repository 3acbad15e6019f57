/**
 * Which model answers: follows the channels, loads what they name, and keeps the last good model where a new one is
 * broken. A request that runs holds its model; one that no channel names any more is disposed when the last has ended.
 */

import { isInCanary, modelsOf } from '@zoidberg/core/channels.ts'
import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'

/** How long a channel is believed; a promoted model answers the first request after that. */
export const CHANNEL_TTL_MS = 30_000
/** How long a request waits for news of the channels that are known, and at all where none are. */
export const CHANNELS_WAIT_MS = 500
const FIRST_CHANNELS_WAIT_MS = 10_000
const CHANNELS_UNREADABLE = 'The channels cannot be read.'
/** How long a request waits for a promoted model to load and warm up before the old one answers it. */
export const SWAP_WAIT_MS = 1000

export type ModelsOptions = {
  channels(): Promise<Map<string, Channel>>
  load(id: string): Promise<LoadedModel>
  onRefused(id: string, error: Error): void
  /** A request that meant this model could not have it, whoever answers instead; once a request, however many images. */
  onMissed(id: string, error: Error): void
  onChannelsUnreadable(error: Error): void
  /** What a caller may do who asks for a model that no channel names. */
  hint?: string
  now?(): number
}

/**
 * What a request means.
 * @property slot the channel, or its canary, that the model answers for from then on
 * @property otherwise what answers where the model is broken or takes long to load: the slot's last good one, the next target
 * (of a canary: production), or nothing (of a model that was asked for by its id)
 * @property isProbe nobody waits for an answer: what cannot be had is not counted
 */
type Target = {
  channel: string
  modelId: string
  slot: string
  otherwise: 'last' | 'next' | 'nothing'
  isProbe?: boolean
}
type Entry = { id: string; loading: Promise<LoadedModel>; users: number }
export type Chosen = { model: LoadedModel; channel: string }
export type Models = ReturnType<typeof createModels>

export function createModels({
  channels,
  load,
  onRefused,
  onMissed,
  onChannelsUnreadable,
  hint = '',
  now = Date.now,
}: ModelsOptions) {
  let pointers: { at: number; byName: Map<string, Channel> } | undefined
  let refreshing: Promise<Map<string, Channel>> | undefined
  /** The model that each slot (a channel, its canary, or the model before) answers with: the one it names, or the last that could be loaded. */
  const serving = new Map<string, Entry>()
  const entries = new Map<string, Entry>()
  const refused = new Map<string, { at: number; error: Error }>()
  let channelsError: string | undefined

  async function readChannels(): Promise<Map<string, Channel>> {
    if (pointers && now() - pointers.at < CHANNEL_TTL_MS) return pointers.byName
    refreshing ??= channels()
      .then((byName) => {
        channelsError = undefined
        return byName
      })
      .catch((error) => {
        onChannelsUnreadable(error)
        channelsError = CHANNELS_UNREADABLE
        if (pointers) return pointers.byName
        throw new ZoidbergError('model-unavailable', CHANNELS_UNREADABLE, { cause: error })
      })
      .then((byName) => {
        pointers = { at: now(), byName }
        return byName
      })
      .finally(() => {
        refreshing = undefined
      })
    const news = await within(pointers ? CHANNELS_WAIT_MS : FIRST_CHANNELS_WAIT_MS, refreshing)
    if (news) return news
    const error = new Error('Firestore does not answer')
    onChannelsUnreadable(error)
    channelsError = CHANNELS_UNREADABLE
    if (!pointers) throw new ZoidbergError('model-unavailable', CHANNELS_UNREADABLE)
    // Believed for another while: not every request has to find out anew.
    pointers = { at: now(), byName: pointers.byName }
    return pointers.byName
  }

  function entryFor(id: string): Entry {
    const known = entries.get(id)
    if (known) return known
    const before = refused.get(id)
    if (before && now() - before.at < CHANNEL_TTL_MS) throw before.error
    // Callers are told no more: the cause may name buckets, paths and accounts.
    const loading = load(id).catch((cause: Error) => {
      const error = new ZoidbergError('model-unavailable', `Model ${id} cannot be loaded.`, { cause })
      entries.delete(id)
      refused.set(id, { at: now(), error })
      onRefused(id, cause)
      throw error
    })
    const entry: Entry = { id, loading, users: 0 }
    entries.set(id, entry)
    loading.then(
      () => refused.delete(id),
      () => {}, // whoever asked is told
    )
    return entry
  }

  function refusedAndNamed(): Error | undefined {
    const named = new Set([...(pointers?.byName.values() ?? [])].flatMap(modelsOf))
    return [...refused].findLast(([id]) => named.has(id))?.[1].error
  }

  /** What a slot names by now; the channels may have moved on while a model was loading. */
  function namedBy(slot: string): string | undefined {
    const [name, kind] = slot.split('/')
    const channel = pointers?.byName.get(name)
    if (kind === 'canary') return channel?.canary?.modelId
    return (kind === 'previous' ? channel?.previousModelId : channel?.modelId) ?? undefined
  }

  /** Loads a model, lets its slot answer with it from then on, and holds it for one request. */
  async function bring({ modelId, slot, isProbe }: Target): Promise<Entry> {
    let entry: Entry | undefined
    try {
      entry = entryFor(modelId)
      entry.users++
      await entry.loading
    } catch (error) {
      if (entry) entry.users--
      if (!isProbe) onMissed(modelId, error as Error)
      throw error
    }
    const old = serving.get(slot)
    if (old === undefined || namedBy(slot) === modelId) serving.set(slot, entry)
    if (old && old !== entry) release(old)
    return entry
  }

  function letGo(entry: Entry): void {
    entry.users--
    release(entry)
  }

  /** The entry that answers, held for one request: the last good one of the slot while a new one loads or is broken. */
  async function acquire(target: Target): Promise<Entry> {
    const last = serving.get(target.slot)
    if (last?.id === target.modelId || target.otherwise === 'nothing') return bring(target)
    if (target.otherwise === 'next') {
      const entry = await inTime(bring(target))
      if (entry) return entry
      throw new ZoidbergError('model-unavailable', `Model ${target.modelId} is not loaded yet.`)
    }
    if (!last)
      return bring(target).catch((error) => {
        // Another request may have brought a good one meanwhile.
        const good = serving.get(target.slot)
        if (!good) throw error
        good.users++
        return good
      })
    // Held meanwhile, so that nothing disposes it before it is needed.
    last.users++
    const entry = await inTime(bring(target))
    if (!entry) return last
    letGo(last)
    return entry
  }

  /** Undefined if it takes too long or fails; what arrives later is let go again. */
  async function inTime(loading: Promise<Entry>): Promise<Entry | undefined> {
    let isLate = false
    const arrived = loading.then(
      (entry) => {
        if (!isLate) return entry
        letGo(entry)
      },
      () => undefined,
    )
    const entry = await within(SWAP_WAIT_MS, arrived)
    isLate = entry === undefined
    return entry
  }

  /** Disposes a model that nobody uses and no channel answers with. */
  function release(entry: Entry) {
    if (entry.users > 0 || entries.get(entry.id) !== entry || [...serving.values()].includes(entry)) return
    entries.delete(entry.id)
    entry.loading.then((model) => model.dispose())
  }

  /** @throws ZoidbergError not-found if no channel is or names `wanted`, model-unavailable if there is no channel at all */
  async function choose(wanted: string | undefined, caller: string | undefined): Promise<Target[]> {
    const byName = await readChannels()
    const name = wanted ?? DEFAULT_CHANNEL
    const channel = byName.get(name)
    if (channel) {
      const { modelId, previousModelId, canary } = channel
      const stable: Target[] = [{ channel: name, modelId, slot: name, otherwise: 'last' }]
      // An instance that starts while the channel names a broken model has no last good one: the one before was good.
      if (previousModelId)
        stable.push({
          channel: name,
          modelId: previousModelId,
          slot: `${name}/previous`,
          otherwise: 'nothing',
        })
      if (!canary || caller === undefined || !isInCanary(caller, canary)) return stable
      // A canary that cannot answer is no reason for its callers to go without.
      const slot = canarySlot(name)
      return [{ channel: name, modelId: canary.modelId, slot, otherwise: 'next' }, ...stable]
    }
    if (wanted === undefined)
      throw new ZoidbergError('model-unavailable', `No model is published on channel ${DEFAULT_CHANNEL}.`)
    for (const [channel, { modelId, canary }] of byName) {
      const target = { channel, modelId: wanted, otherwise: 'nothing' } as const
      if (modelId === wanted) return [{ ...target, slot: channel }]
      if (canary?.modelId === wanted) return [{ ...target, slot: canarySlot(channel) }]
    }
    throw new ZoidbergError('not-found', `No channel names a model "${wanted.slice(0, 80)}". ${hint}`.trim())
  }

  /** Forgets slots that nothing names any more, and the model before where another one is it by now. */
  function sweep(): void {
    for (const [slot, entry] of serving) {
      const named = namedBy(slot)
      if (named !== undefined && (named === entry.id || !slot.endsWith('/previous'))) continue
      serving.delete(slot)
      release(entry)
    }
  }

  async function acquireFirst([target, ...others]: Target[]): Promise<[Target, Entry]> {
    try {
      return [target, await acquire(target)]
    } catch (error) {
      if (others.length === 0) throw error
      // What the channel names is what an operator has to hear of, not that its fallback is broken too.
      return acquireFirst(others).catch(() => Promise.reject(error))
    }
  }

  return {
    channels: readChannels,
    /** What went wrong with the channels, or with a model that one of them names, and has not gone well since. */
    lastError: () => channelsError ?? refusedAndNamed()?.message,
    /**
     * Runs `work` with the model that `wanted` (a model id or a channel, else production) means now.
     *
     * @param caller stays the same for one client, so that a canary always or never answers it; undefined never gets one
     */
    async use<T>(
      wanted: string | undefined,
      caller: string | undefined,
      work: (chosen: Chosen) => Promise<T>,
    ): Promise<T> {
      const targets = await choose(wanted, caller)
      const isProbe = caller === undefined
      const [target, entry] = await acquireFirst(targets.map((each) => ({ ...each, isProbe })))
      sweep()
      try {
        return await work({ model: await entry.loading, channel: target.channel })
      } finally {
        letGo(entry)
      }
    },
  }
}

const canarySlot = (channel: string): string => `${channel}/canary`

/** What a promise resolves to, or undefined if that takes longer. Rejects as it does. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
