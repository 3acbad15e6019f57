import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { describe, expect, it, vi } from 'vitest'
import { createModelPool, REFUSAL_TTL_MS } from '../../../../functions/src/serving/model-pool.ts'
import { loadedModel } from '../support/loaded-model.ts'

function setUp() {
  const state = { now: 0, broken: new Set<string>(), disposed: [] as string[] }
  const load = vi.fn(async (id: string): Promise<LoadedModel> => {
    await Promise.resolve()
    if (state.broken.has(id)) throw new Error(`gs://secret-bucket/${id} is broken`)
    return loadedModel(id, { dispose: () => void state.disposed.push(id) })
  })
  const onRefused = vi.fn()
  return { state, load, onRefused, pool: createModelPool({ load, onRefused, now: () => state.now }) }
}

describe('the model pool', () => {
  it('loads a model once, however many ask for it at the same time or later', async () => {
    const { pool, load } = setUp()
    const [first, second] = await Promise.all([pool.acquire('one'), pool.acquire('one')])
    const third = await pool.acquire('one')
    expect(load).toHaveBeenCalledExactlyOnceWith('one', undefined)
    expect(new Set([first.model, second.model, third.model]).size).toBe(1)
    expect([first.id, first.model.manifest.id]).toEqual(['one', 'one'])
  })

  it('disposes a model when the last of its users has released it', async () => {
    const { pool, state } = setUp()
    const first = await pool.acquire('one')
    const second = await pool.acquire('one')
    const third = first.retain()
    first.release()
    second.release()
    expect(state.disposed).toEqual([])
    third.release()
    expect(state.disposed).toEqual(['one'])
  })

  it('takes a second release of the same user for nothing', async () => {
    const { pool, state } = setUp()
    const first = await pool.acquire('one')
    const second = await pool.acquire('one')
    first.release()
    first.release()
    expect(state.disposed).toEqual([])
    second.release()
    second.release()
    expect(state.disposed).toEqual(['one'])
  })

  it('loads a model anew that it has disposed', async () => {
    const { pool, load } = setUp()
    const first = await pool.acquire('one')
    first.release()
    const second = await pool.acquire('one')
    expect(load).toHaveBeenCalledTimes(2)
    expect(second.model).not.toBe(first.model)
  })

  it('keeps a model for whoever still waits for it when the first user has released it', async () => {
    const { pool, state } = setUp()
    const waiting = [1, 2, 3].map(async () => {
      const held = await pool.acquire('one')
      expect(state.disposed).toEqual([])
      held.release()
    })
    await Promise.all(waiting)
    expect(state.disposed).toEqual(['one'])
  })

  it('says no more of a model that cannot be loaded than that; the cause is for the operator', async () => {
    const { pool, state, onRefused } = setUp()
    state.broken.add('one')
    await expect(pool.acquire('one')).rejects.toMatchObject({
      type: 'model-unavailable',
      message: 'Model one cannot be loaded.',
    })
    expect(onRefused).toHaveBeenCalledExactlyOnceWith('one', new Error('gs://secret-bucket/one is broken'))
    expect(state.disposed).toEqual([])
  })

  it('refuses a broken model for 30 seconds without another try', async () => {
    const { pool, state, load } = setUp()
    state.broken.add('one')
    await expect(pool.acquire('one')).rejects.toThrow()
    state.broken.clear()
    state.now = REFUSAL_TTL_MS - 1
    await expect(pool.acquire('one')).rejects.toThrow('Model one cannot be loaded.')
    expect(load).toHaveBeenCalledOnce()
    state.now = REFUSAL_TTL_MS
    expect((await pool.acquire('one')).id).toBe('one')
  })

  it('remembers the last refusal among given models until that model has been loaded', async () => {
    const { pool, state } = setUp()
    state.broken = new Set(['one', 'two'])
    await pool.acquire('one').catch(() => {})
    await pool.acquire('two').catch(() => {})
    expect(pool.lastRefusal(new Set(['one', 'two']))?.message).toBe('Model two cannot be loaded.')
    expect(pool.lastRefusal(new Set(['one', 'three']))?.message).toBe('Model one cannot be loaded.')
    expect(pool.lastRefusal(new Set(['three']))).toBeUndefined()
    state.broken.clear()
    state.now = REFUSAL_TTL_MS
    await pool.acquire('two')
    expect(pool.lastRefusal(new Set(['two']))).toBeUndefined()
  })
})
