import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  CHANNEL_TTL_MS,
  CHANNELS_WAIT_MS,
  type Channels,
  createChannelCache,
  FIRST_CHANNELS_WAIT_MS,
} from '../../../../functions/src/serving/channel-cache.ts'
import { channelOf } from '../support/channels.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

const naming = (modelId: string): Channels => new Map([['production', channelOf(modelId)]])
const UNREADABLE = 'The channels cannot be read.'

function setUp() {
  const read = vi.fn(async () => naming('one'))
  const onUnreadable = vi.fn()
  const cache = createChannelCache({ read, onUnreadable, now: () => Date.now() })
  const current = async () => (await cache.current()).get('production')?.modelId
  return { read, onUnreadable, cache, current }
}

describe('the channel cache', () => {
  it('knows nothing before it is asked', () => {
    const { cache, read } = setUp()
    expect(cache.known().size).toBe(0)
    expect(read).not.toHaveBeenCalled()
  })

  it('believes what it read for 30 seconds, and reads anew after that', async () => {
    const { cache, current, read } = setUp()
    expect(await current()).toBe('one')
    read.mockResolvedValue(naming('two'))
    vi.setSystemTime(CHANNEL_TTL_MS - 1)
    expect(await current()).toBe('one')
    vi.setSystemTime(CHANNEL_TTL_MS)
    expect(await current()).toBe('two')
    expect(cache.known().get('production')?.modelId).toBe('two')
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('reads once for all who ask at the same time', async () => {
    const { current, read } = setUp()
    expect(await Promise.all([current(), current(), current()])).toEqual(['one', 'one', 'one'])
    expect(read).toHaveBeenCalledOnce()
  })

  it('goes on with what it knows when a read fails, says so, and tries again 30 seconds later', async () => {
    const { cache, current, read, onUnreadable } = setUp()
    await current()
    read.mockRejectedValueOnce(new Error('no network'))
    vi.setSystemTime(CHANNEL_TTL_MS)
    expect([await current(), await current()]).toEqual(['one', 'one'])
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith(new Error('no network'))
    expect(cache.lastError()).toBe(UNREADABLE)
    vi.setSystemTime(2 * CHANNEL_TTL_MS)
    await current()
    expect(cache.lastError()).toBeUndefined()
    expect(read).toHaveBeenCalledTimes(3)
  })

  it('has nothing to go on with when the first read fails, and tries again at once', async () => {
    const { cache, current, read } = setUp()
    read.mockRejectedValueOnce(new Error('bucket-17 is closed'))
    await expect(current()).rejects.toMatchObject({ type: 'model-unavailable', message: UNREADABLE })
    expect(cache.lastError()).toBe(UNREADABLE)
    expect(await current()).toBe('one')
    expect(cache.lastError()).toBeUndefined()
  })

  it('waits half a second for news, then believes what it knows for another while', async () => {
    const { cache, current, read, onUnreadable } = setUp()
    await current()
    const news = Promise.withResolvers<Channels>()
    read.mockReturnValue(news.promise)
    vi.setSystemTime(CHANNEL_TTL_MS)
    const waiting = current()
    await vi.advanceTimersByTimeAsync(CHANNELS_WAIT_MS)
    expect(await waiting).toBe('one')
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith(new Error('Firestore does not answer'))
    expect(cache.lastError()).toBe(UNREADABLE)
    expect(await current(), 'without another wait').toBe('one')
    news.resolve(naming('two'))
    await vi.advanceTimersByTimeAsync(0)
    expect(await current(), 'late news are news').toBe('two')
    expect(cache.lastError()).toBeUndefined()
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('waits ten seconds where it knows nothing, and no longer', async () => {
    const { current, read } = setUp()
    read.mockReturnValue(new Promise(() => {}))
    const failed = vi.fn()
    const waiting = current().catch(failed)
    await vi.advanceTimersByTimeAsync(FIRST_CHANNELS_WAIT_MS - 1)
    expect(failed).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await waiting
    expect(failed.mock.calls[0][0]).toMatchObject({ type: 'model-unavailable', message: UNREADABLE })
  })
})
