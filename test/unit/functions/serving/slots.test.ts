import { describe, expect, it } from 'vitest'
import { createModelPool } from '../../../../functions/src/serving/model-pool.ts'
import { createSlots } from '../../../../functions/src/serving/slots.ts'
import { loadedModel } from '../support/loaded-model.ts'

function setUp() {
  const disposed: string[] = []
  const pool = createModelPool({
    load: async (id) => loadedModel(id, { dispose: () => void disposed.push(id) }),
    onRefused() {},
    now: () => 0,
  })
  const slots = createSlots()
  /** As a request does it: the model is acquired, kept by the slot, and released. */
  async function keep(slot: string, id: string) {
    const held = await pool.acquire(id)
    slots.set(slot, held)
    held.release()
  }
  return { slots, keep, disposed }
}

describe('a slot', () => {
  it('is empty at first', () => expect(createSlots().get('production')).toBeUndefined())

  it('keeps its model loaded when nobody else uses it, until another takes its place', async () => {
    const { slots, keep, disposed } = setUp()
    await keep('production', 'one')
    expect([slots.get('production')?.id, disposed]).toEqual(['one', []])
    await keep('production', 'two')
    expect([slots.get('production')?.id, disposed]).toEqual(['two', ['one']])
  })

  it('may be given the model that it keeps', async () => {
    const { slots, keep, disposed } = setUp()
    await keep('production', 'one')
    await keep('production', 'one')
    expect([slots.get('production')?.id, disposed]).toEqual(['one', []])
  })

  it('shares its model with other slots', async () => {
    const { keep, disposed } = setUp()
    await keep('production/canary', 'two')
    await keep('production', 'two')
    await keep('production/canary', 'three')
    expect(disposed).toEqual([])
    await keep('production', 'four')
    expect(disposed).toEqual(['two'])
  })

  it('lets go of a model that is not needed any more', async () => {
    const { slots, keep, disposed } = setUp()
    await keep('production', 'one')
    await keep('trial', 'two')
    const asked: [string, string][] = []
    slots.evict((slot, modelId) => {
      asked.push([slot, modelId])
      return slot === 'production'
    })
    expect(asked).toEqual([
      ['production', 'one'],
      ['trial', 'two'],
    ])
    expect([slots.get('production')?.id, slots.get('trial'), disposed]).toEqual(['one', undefined, ['two']])
  })
})
