/**
 * The channel cache believes what it read of the channels for a while. A request waits for news only so long; while
 * Firestore fails or does not answer, it goes on with what is known.
 */
import type { Channel } from '@zoidberg/core/contract/channel.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { within } from './deadline.ts'

/** How long a channel is believed; a promoted model answers the first request after that. */
export const CHANNEL_TTL_MS = 30_000
/** How long a request waits for news of channels that are known. */
export const CHANNELS_WAIT_MS = 500
/** How long a request waits where no channel is known yet. */
export const FIRST_CHANNELS_WAIT_MS = 10_000

const UNREADABLE = 'The channels cannot be read.'

/** All channels by name. */
export type Channels = ReadonlyMap<string, Channel>

export type ChannelCacheOptions = {
  read(): Promise<Channels>
  /** The cache tells of every read that failed or took too long. */
  onUnreadable(error: Error): void
  now(): number
}

export type ChannelCache = ReturnType<typeof createChannelCache>

/**
 * Creates an empty cache, which reads the channels when they are first asked for.
 *
 * @returns `current` and `known`, which give the channels, and `lastError`
 */
export function createChannelCache({ read, onUnreadable, now }: ChannelCacheOptions) {
  let believed: { since: number; channels: Channels } | undefined
  let refreshing: Promise<Channels> | undefined
  let lastError: string | undefined

  const believe = (channels: Channels): Channels => {
    believed = { since: now(), channels }
    return channels
  }

  const fail = (error: Error): void => {
    onUnreadable(error)
    lastError = UNREADABLE
  }

  /** Requests that come while a read is under way share it. */
  const refresh = (): Promise<Channels> => {
    refreshing ??= read()
      .then(
        (channels) => {
          lastError = undefined
          return channels
        },
        (cause) => {
          fail(cause)
          if (believed) return believed.channels
          throw new ZoidbergError('model-unavailable', UNREADABLE, { cause })
        },
      )
      .then(believe)
      .finally(() => {
        refreshing = undefined
      })
    return refreshing
  }

  return {
    /**
     * Gives the channels, read anew if they are no longer believed.
     *
     * @throws ZoidbergError model-unavailable if no channel was ever read, and none can be now
     */
    async current(): Promise<Channels> {
      if (believed && now() - believed.since < CHANNEL_TTL_MS) return believed.channels
      const news = await within(believed ? CHANNELS_WAIT_MS : FIRST_CHANNELS_WAIT_MS, refresh())
      if (news) return news
      fail(new Error('Firestore does not answer'))
      if (!believed) throw new ZoidbergError('model-unavailable', UNREADABLE)
      // They are believed for another while, so that not every request has to find out anew.
      return believe(believed.channels)
    },
    /** @returns the channels as they were read last, at once; none before the first read */
    known: (): Channels => believed?.channels ?? new Map(),
    /** @returns what went wrong with reading, and has not gone well since */
    lastError: (): string | undefined => lastError,
  }
}
