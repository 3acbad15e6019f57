import type { Channel } from '@zoidberg/core/channels.ts'
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { describe, expect, it, vi } from 'vitest'
import { predictBatched } from '../../functions/src/serving/batcher.ts'
import { CHANNEL_TTL_MS, createModels } from '../../functions/src/serving/models.ts'
import { manifestFor } from '../support/models.ts'

const channel = (modelId: string): Channel => ({
  modelId,
  previousModelId: null,
  canary: null,
  updatedAt: '',
  updatedBy: '',
})

function setUp(initial: Record<string, string>) {
  const state = {
    channels: initial,
    now: 0,
    broken: new Set<string>(),
    unreadable: false,
    disposed: [] as string[],
    loads: [] as string[],
  }
  const refused = vi.fn()
  const models = createModels({
    async channels() {
      if (state.unreadable) throw new Error('no network')
      return new Map(Object.entries(state.channels).map(([name, id]) => [name, channel(id)]))
    },
    async load(id) {
      state.loads.push(id)
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (state.broken.has(id)) throw new Error(`${id} is broken`)
      return {
        manifest: manifestFor(id, 16),
        predict: async () => ({ probabilities: [] }),
        dispose: () => void state.disposed.push(id),
      } satisfies LoadedModel
    },
    onRefused: refused,
    onChannelsUnreadable: () => {},
    now: () => state.now,
  })
  const ask = (wanted?: string, caller = '') =>
    models.use(wanted, caller, async ({ model }) => model.manifest.id)
  return { state, models, ask, refused }
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

  it('loads a model once, however many ask at the same time', async () => {
    const { ask, state } = setUp({ production: 'one', trial: 'one' })
    await Promise.all([ask(), ask(), ask('trial'), ask('one')])
    expect(state.loads).toEqual(['one'])
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
    expect(models.lastError()).toContain('two is broken')
    state.broken.clear()
    state.now = 2 * CHANNEL_TTL_MS
    expect(await ask()).toBe('two')
    expect(state.disposed).toEqual(['one'])
  })

  it('does not let another model answer for one that was asked for by its id', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    state.channels = { production: 'two' }
    state.broken.add('two')
    state.now = CHANNEL_TTL_MS
    await expect(ask('two')).rejects.toThrow('two is broken')
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

  it('goes on with what it knows when the channels cannot be read', async () => {
    const { ask, state } = setUp({ production: 'one' })
    await ask()
    state.unreadable = true
    state.now = CHANNEL_TTL_MS
    expect(await ask()).toBe('one')
  })

  it.each([
    ['nothing is published', {}, undefined, 503],
    ['the only model is broken', { production: 'broken' }, undefined, 503],
    ['no channel names the model', { production: 'one' }, 'stranger', 404],
  ])('refuses when %s', async (_, channels, wanted, status) => {
    const { ask, state } = setUp(channels as Record<string, string>)
    state.broken.add('broken')
    const error = await ask(wanted).catch((cause) => cause)
    expect(error.status ?? 503).toBe(status)
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

describe('predictBatched', () => {
  it('joins what waits at the same time, in order, and gives maps only to those who asked', async () => {
    const sizes: number[] = []
    const model: LoadedModel = {
      manifest: manifestFor('one', 16),
      dispose() {},
      async predict(images) {
        sizes.push(images.length)
        return {
          probabilities: images.map((image) => Float32Array.of(image[0])),
          maps: images.map(() => ({ height: 1, width: 1, values: new Float32Array(2) })),
        }
      },
    }
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => predictBatched(model, Uint8Array.of(i), i === 3)),
    )
    expect(sizes).toEqual([16, 4])
    expect(results.map(({ probabilities }) => probabilities[0])).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    )
    expect(results.map(({ map }) => map !== undefined)).toEqual(Array.from({ length: 20 }, (_, i) => i === 3))
  })

  it('rejects everyone in a batch that fails, and then goes on', async () => {
    let fails = true
    const model: LoadedModel = {
      manifest: manifestFor('one', 16),
      dispose() {},
      async predict(images) {
        if (fails) throw new Error('out of memory')
        return { probabilities: images.map(() => Float32Array.of(1)) }
      },
    }
    await expect(predictBatched(model, Uint8Array.of(1), false)).rejects.toThrow('out of memory')
    fails = false
    expect((await predictBatched(model, Uint8Array.of(1), false)).probabilities).toEqual(Float32Array.of(1))
  })
})
