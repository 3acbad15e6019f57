import type { Channel } from '@zoidberg/core/contract/channel.ts'
import { describe, expect, it, vi } from 'vitest'
import { CHANNEL_TTL_MS, CHANNELS_WAIT_MS } from '../../../../functions/src/serving/channel-cache.ts'
import { createModels, SWAP_WAIT_MS } from '../../../../functions/src/serving/models.ts'
import { channelOf } from '../support/channels.ts'
import { loadedModel } from '../support/loaded-model.ts'

function setUp(initial: Record<string, string>) {
  const state = {
    channels: initial,
    canary: null as Channel['canary'],
    previous: null as string | null,
    slow: new Map<string, Promise<void>>(),
    now: 0,
    broken: new Set<string>(),
    unreadable: false,
    hanging: undefined as Promise<void> | undefined,
    disposed: [] as string[],
    loads: [] as string[],
  }
  const refused = vi.fn()
  const missed = vi.fn()
  const models = createModels({
    async channels() {
      await state.hanging
      if (state.unreadable) throw new Error('no network')
      return new Map(
        Object.entries(state.channels).map(([name, id]) => [
          name,
          channelOf(id, { canary: state.canary, previousModelId: state.previous }),
        ]),
      )
    },
    async load(id) {
      state.loads.push(id)
      await (state.slow.get(id) ?? new Promise((resolve) => setTimeout(resolve, 1)))
      if (state.broken.has(id)) throw new Error(`${id} is broken`)
      return loadedModel(id, { dispose: () => void state.disposed.push(id) })
    },
    onRefused: refused,
    onMissed: missed,
    onChannelsUnreadable: () => {},
    now: () => state.now,
  })
  const ask = (wanted?: string, caller = '') =>
    models.use(wanted, caller, async ({ model }) => model.manifest.id)
  return { state, models, ask, refused, missed }
}

describe('createModels', () => {
  it('answers with the production model unless asked for another', async () => {
    const { ask } = setUp({ production: 'one', trial: 'two' })
    expect([await ask(), await ask('trial'), await ask('two'), await ask('one')]).toEqual([
      'one',
      'two',
      'two',
      'one',
    ])
  })

  it('loads a model once, however many ask at the same time, and for whichever channel', async () => {
    const { ask, state } = setUp({ production: 'one', trial: 'one' })
    await Promise.all([ask(), ask(), ask('trial'), ask('one')])
    expect(state.loads).toEqual(['one'])
  })

  it('says for which channel a model answers', async () => {
    const { models } = setUp({ production: 'one', trial: 'two' })
    const channelFor = (wanted?: string) => models.use(wanted, '', async ({ channel }) => channel)
    expect([await channelFor(), await channelFor('trial'), await channelFor('two')]).toEqual([
      'production',
      'trial',
      'trial',
    ])
  })

  it('releases the model of work that fails', async () => {
    const { models, ask, state } = setUp({ production: 'one' })
    const failing = models.use(undefined, '', () => Promise.reject(new Error('damaged image')))
    await expect(failing).rejects.toThrow('damaged image')
    state.channels = { production: 'two' }
    state.now = CHANNEL_TTL_MS
    await ask()
    expect(state.disposed).toEqual(['one'])
  })

  it('believes a channel for 30 seconds and follows it on the first request after', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    state.channels = { production: 'two' }
    state.now = CHANNEL_TTL_MS - 1
    expect(await ask()).toBe('one')
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('two')
    expect(state.disposed).toEqual(['one'])
  })

  it('lets a running request finish on the old model, which is disposed after it', async () => {
    const { models, ask, state } = setUp({ production: 'one' })
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const running = models.use(undefined, '', async ({ model }) => {
      started.resolve()
      await gate.promise
      return model.manifest.id
    })
    await started.promise
    state.channels = { production: 'two' }
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('two')
    expect(state.disposed).toEqual([])
    gate.resolve()
    expect(await running).toBe('one')
    await vi.waitFor(() => expect(state.disposed).toEqual(['one']))
  })

  it('goes on with the last good model where the new one is broken, and says so', async () => {
    const { models, ask, state, refused } = setUp({ production: 'one' })
    await ask()
    state.channels = { production: 'two' }
    state.broken.add('two')
    state.now = CHANNEL_TTL_MS
    expect([await ask(), await ask()]).toEqual(['one', 'one'])
    expect(state.loads).toEqual(['one', 'two'])
    expect(refused).toHaveBeenCalledTimes(1)
    expect(models.lastError()).toBe('Model two cannot be loaded.')
    state.broken.clear()
    state.now = 2 * CHANNEL_TTL_MS
    expect(await ask()).toBe('two')
    expect(models.lastError()).toBeUndefined()
    expect(state.disposed).toEqual(['one'])
  })

  it('does not let another model answer for one that was asked for by its id', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    state.channels = { production: 'two' }
    state.broken.add('two')
    state.now = CHANNEL_TTL_MS
    await expect(ask('two')).rejects.toThrow('Model two cannot be loaded')
    expect(await ask()).toBe('one')
  })

  it('never answers with a disposed model, however promotions and failures overlap', async () => {
    const { models, state } = setUp({ production: 'm0' })
    const ask = () =>
      models.use(undefined, '', async ({ model }) => {
        expect(state.disposed).not.toContain(model.manifest.id)
        await new Promise((resolve) => setTimeout(resolve, 1))
        expect(state.disposed).not.toContain(model.manifest.id)
      })
    const asked: Promise<void>[] = []
    for (let round = 1; round <= 20; round++) {
      asked.push(ask(), ask())
      if (round % 3 === 0) state.broken.add(`m${round}`)
      state.channels = { production: `m${round}` }
      state.now += CHANNEL_TTL_MS
      asked.push(ask(), ask())
      if (round % 2) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await Promise.all(asked)
  })

  it('answers with the old model while a promoted one takes long to load', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    const gate = Promise.withResolvers<void>()
    state.slow.set('two', gate.promise)
    state.channels = { production: 'two' }
    state.now = CHANNEL_TTL_MS
    const started = performance.now()
    expect(await ask()).toBe('one')
    expect(performance.now() - started).toBeGreaterThan(SWAP_WAIT_MS - 50)
    gate.resolve()
    await vi.waitFor(async () => expect(await ask()).toBe('two'))
    await vi.waitFor(() => expect(state.disposed).toEqual(['one']))
    expect(state.loads).toEqual(['one', 'two'])
    state.channels = { production: 'three' }
    state.now = 2 * CHANNEL_TTL_MS
    expect(await ask()).toBe('three')
    expect(state.disposed, 'nobody holds what came too late for its first request').toEqual(['one', 'two'])
  })

  it('answers with what another request has loaded meanwhile where the first model turns out broken', async () => {
    const { ask, state } = setUp({ production: 'broken' })
    state.broken.add('broken')
    const gate = Promise.withResolvers<void>()
    state.slow.set('broken', gate.promise)
    const first = ask()
    await vi.waitFor(() => expect(state.loads).toEqual(['broken']))
    state.channels = { production: 'good' }
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('good')
    gate.resolve()
    expect(await first).toBe('good')
    expect(await ask()).toBe('good')
    expect([state.loads, state.disposed]).toEqual([['broken', 'good'], []])
  })

  it('says of a channel whose model and the one before are broken what is wrong with the first', async () => {
    const { ask, state } = setUp({ production: 'two' })
    state.previous = 'one'
    state.broken = new Set(['one', 'two'])
    await expect(ask()).rejects.toThrow('Model two cannot be loaded.')
  })

  it('lets a canary answer its share of callers, always the same ones', async () => {
    const { ask, state } = setUp({ production: 'one' })
    state.canary = { modelId: 'two', percent: 20 }
    const callers = Array.from({ length: 500 }, (_, i) => `caller ${i}`)
    const answers = await Promise.all(callers.map((caller) => ask(undefined, caller)))
    expect(await Promise.all(callers.map((caller) => ask(undefined, caller)))).toEqual(answers)
    const share = answers.filter((id) => id === 'two').length / callers.length
    expect(share).toBeGreaterThan(0.14)
    expect(share).toBeLessThan(0.26)
    expect(state.loads.toSorted()).toEqual(['one', 'two'])
    const before = callers.filter((_, i) => answers[i] === 'two')
    state.canary = { modelId: 'two', percent: 40 }
    state.now = CHANNEL_TTL_MS
    for (const caller of before) expect(await ask(undefined, caller)).toBe('two')
    state.canary = null
    state.now = 2 * CHANNEL_TTL_MS
    for (const caller of before) expect(await ask(undefined, caller)).toBe('one')
    await vi.waitFor(() => expect(state.disposed).toEqual(['two']))
  })

  it('lets production answer for a canary that is broken, and the canary by its id', async () => {
    const { ask, state, missed } = setUp({ production: 'one' })
    state.canary = { modelId: 'two', percent: 100 }
    state.broken.add('two')
    expect([await ask(undefined, 'a'), await ask(undefined, 'b')]).toEqual(['one', 'one'])
    // Both count against the canary: its numbers must not look clean because others answered.
    expect(missed.mock.calls.map(([id]) => id)).toEqual(['two', 'two'])
    await expect(ask('two')).rejects.toThrow('Model two cannot be loaded')
    state.broken.clear()
    state.now = CHANNEL_TTL_MS
    expect([await ask(undefined, 'a'), await ask('two')]).toEqual(['two', 'two'])
  })

  it('goes on with what it knows when the channels cannot be read', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    state.unreadable = true
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('one')
  })

  it('answers with the model before where an instance starts on a broken one', async () => {
    const { ask, state, models } = setUp({ production: 'two' })
    state.previous = 'one'
    state.broken.add('two')
    expect([await ask(), await ask()]).toEqual(['one', 'one'])
    expect(models.lastError()).toBe('Model two cannot be loaded.')
    state.broken.clear()
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('two')
  })

  it('does not wait for Firestore when it knows the channels', async () => {
    const { ask, state, models } = setUp({ production: 'one' })
    await ask()
    state.hanging = new Promise(() => {})
    state.now = CHANNEL_TTL_MS
    const started = performance.now()
    expect([await ask(), await ask(), await ask()]).toEqual(['one', 'one', 'one'])
    expect(performance.now() - started).toBeLessThan(2 * CHANNELS_WAIT_MS)
    expect(models.lastError()).toBe('The channels cannot be read.')
  })

  it('keeps a model that is asked for by its id as long as a channel names it', async () => {
    const { ask, state } = setUp({ production: 'one', trial: 'two' })
    for (let i = 0; i < 3; i++) expect(await ask('two')).toBe('two')
    expect(state.loads).toEqual(['two'])
    expect(state.disposed).toEqual([])
  })

  it('does not load a canary again when it is promoted', async () => {
    const { ask, state } = setUp({ production: 'one' })
    state.canary = { modelId: 'two', percent: 100 }
    expect([await ask(undefined, 'a'), await ask()]).toEqual(['two', 'two'])
    state.canary = null
    state.channels = { production: 'two' }
    state.now = CHANNEL_TTL_MS
    expect(await ask(undefined, 'a')).toBe('two')
    expect(state.loads).toEqual(['two'])
    expect(state.disposed).toEqual([])
  })

  it('never lets a canary that was replaced answer for the next one', async () => {
    const { ask, state } = setUp({ production: 'one' })
    state.canary = { modelId: 'two', percent: 100 }
    expect(await ask(undefined, 'a')).toBe('two')
    state.canary = { modelId: 'three', percent: 100 }
    state.broken.add('three')
    state.now = CHANNEL_TTL_MS
    expect([await ask(undefined, 'a'), await ask(undefined, 'a')]).toEqual(['one', 'one'])
  })

  it.each([
    ['nothing is published', {}, undefined, 503],
    ['the only model is broken', { production: 'broken' }, undefined, 503],
    ['no channel names the model', { production: 'one' }, 'stranger', 404],
  ])('refuses when %s', async (_, channels, wanted, status) => {
    const { ask, state } = setUp(channels as Record<string, string>)
    state.broken.add('broken')
    const expected =
      status === 404 ? { status } : { message: expect.stringMatching(/broken|No model is published/) }
    await expect(ask(wanted)).rejects.toMatchObject(expected)
  })

  it('disposes the model before that stood in, once another is the one before', async () => {
    const { ask, state } = setUp({ production: 'broken' })
    state.broken.add('broken')
    state.previous = 'one'
    await ask()
    state.channels = { production: 'three' }
    state.previous = 'two'
    state.now = CHANNEL_TTL_MS
    await ask()
    await vi.waitFor(() => expect(state.disposed).toEqual(['one']))
  })

  it('counts a miss for whoever wanted an answer, not for who looks whether it is well', async () => {
    const { models, ask, state, missed } = setUp({ production: 'broken' })
    state.broken.add('broken')
    await expect(models.use(undefined, undefined, async () => 'well')).rejects.toThrow()
    expect(missed).not.toHaveBeenCalled()
    await expect(ask()).rejects.toThrow()
    expect(missed).toHaveBeenCalledOnce()
  })

  it('disposes a model whose channel is gone', async () => {
    const { ask, state } = setUp({ production: 'one', trial: 'two' })
    await ask('trial')
    state.channels = { production: 'one' }
    state.now = CHANNEL_TTL_MS
    await ask()
    await vi.waitFor(() => expect(state.disposed).toEqual(['two']))
  })
})
