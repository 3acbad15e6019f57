/**
 * Which model answers: follows the channels, loads what they name, and keeps the last good model where a new one is
 * broken. A request that runs holds its model; one that no channel names any more is disposed when the last has ended.
 */
import { ZoidbergError } from '@zoidberg/core/errors.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { type Channel, DEFAULT_CHANNEL } from '@zoidberg/core/registry.ts'

/** How long a channel is believed; a promoted model answers the first request after that. */
export const CHANNEL_TTL_MS = 30_000

export type ModelsOptions = {
  channels(): Promise<Map<string, Channel>>
  load(id: string): Promise<LoadedModel>
  onRefused(id: string, error: Error): void
  onChannelsUnreadable(error: Error): void
  now?(): number
}

type Entry = { id: string; loading: Promise<LoadedModel>; users: number }
export type Chosen = { model: LoadedModel; channel: string }
export type Models = ReturnType<typeof createModels>

export function createModels({
  channels,
  load,
  onRefused,
  onChannelsUnreadable,
  now = Date.now,
}: ModelsOptions) {
  let pointers: { at: number; byName: Map<string, Channel> } | undefined
  let refreshing: Promise<Map<string, Channel>> | undefined
  /** The model that each channel answers with: the one it names, or the last that could be loaded. */
  const serving = new Map<string, Entry>()
  const entries = new Map<string, Entry>()
  const refused = new Map<string, { at: number; error: Error }>()
  let lastError: string | undefined

  async function readChannels(): Promise<Map<string, Channel>> {
    if (pointers && now() - pointers.at < CHANNEL_TTL_MS) return pointers.byName
    refreshing ??= channels()
      .catch((error) => {
        onChannelsUnreadable(error)
        lastError = `channels cannot be read: ${error.message}`
        if (pointers) return pointers.byName
        throw new ZoidbergError('model-unavailable', 'The channels cannot be read.', { cause: error })
      })
      .then((byName) => {
        pointers = { at: now(), byName }
        return byName
      })
      .finally(() => {
        refreshing = undefined
      })
    return refreshing
  }

  function entryFor(id: string): Entry {
    const known = entries.get(id)
    if (known) return known
    const before = refused.get(id)
    if (before && now() - before.at < CHANNEL_TTL_MS) throw before.error
    const entry: Entry = { id, loading: load(id), users: 0 }
    entries.set(id, entry)
    entry.loading.catch((error: Error) => {
      entries.delete(id)
      refused.set(id, { at: now(), error })
      lastError = error.message
      onRefused(id, error)
    })
    return entry
  }

  /** Takes hold of the model that answers for a channel; where `fallsBack`, the last good one if the named one is broken. */
  async function acquire(name: string, { modelId }: Channel, fallsBack: boolean): Promise<Entry> {
    const old = serving.get(name)
    let entry: Entry | undefined
    try {
      entry = entryFor(modelId)
      entry.users++
      await entry.loading
      // The channel may have moved on while this was loading.
      const isCurrent = pointers?.byName.get(name)?.modelId === modelId
      if (isCurrent || !serving.has(name)) serving.set(name, entry)
      if (old && old !== entry) release(old)
      return entry
    } catch (error) {
      if (entry) entry.users--
      const last = serving.get(name)
      if (!last || !fallsBack) throw error
      last.users++
      return last
    }
  }

  /** Disposes a model that nobody uses and no channel answers with. */
  function release(entry: Entry) {
    if (entry.users > 0 || entries.get(entry.id) !== entry || [...serving.values()].includes(entry)) return
    entries.delete(entry.id)
    entry.loading.then((model) => model.dispose())
  }

  /** @throws ZoidbergError not-found if no channel is or names `wanted`, model-unavailable if nothing can answer */
  async function choose(
    wanted: string | undefined,
  ): Promise<[name: string, channel: Channel, isChannel: boolean]> {
    const byName = await readChannels()
    for (const [name, entry] of serving) {
      if (byName.has(name)) continue
      serving.delete(name)
      release(entry)
    }
    const exact = byName.get(wanted ?? DEFAULT_CHANNEL)
    if (exact) return [wanted ?? DEFAULT_CHANNEL, exact, true]
    const named = [...byName].find(([, channel]) => channel.modelId === wanted)
    if (named) return [...named, false]
    if (wanted === undefined)
      throw new ZoidbergError('model-unavailable', `No model is published on channel ${DEFAULT_CHANNEL}.`)
    throw new ZoidbergError('not-found', `No channel names a model "${wanted.slice(0, 80)}".`)
  }

  return {
    channels: readChannels,
    lastError: () => lastError,
    /** Runs `work` with the model that `wanted` (a model id or a channel, else production) means now. */
    async use<T>(wanted: string | undefined, work: (chosen: Chosen) => Promise<T>): Promise<T> {
      const [name, channel, isChannel] = await choose(wanted)
      const entry = await acquire(name, channel, isChannel)
      try {
        return await work({ model: await entry.loading, channel: name })
      } finally {
        entry.users--
        release(entry)
      }
    },
  }
}
