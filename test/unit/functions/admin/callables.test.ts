import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ADMIN_CALLABLES, createAdminCallables } from '../../../../functions/src/admin/callables.ts'
import { memoryStore } from '../support/memory-store.ts'

const admin = { uid: 'a', token: { admin: true, email: 'a@example.com' } }
const warmUp = vi.fn(async (_: string) => {})
const hasClaim = vi.fn(async (_: string) => true)
/** Whatever comes so far as to touch it fails. */
const firestore = {
  collection() {
    throw new Error('touched')
  },
}
const store = memoryStore(new Map([['models/some-model/manifest.json', Buffer.from('{}')]]))
const callables = createAdminCallables({
  firestore: firestore as never,
  serving: firestore as never,
  store,
  launcher: () => ({ start: vi.fn(), cancel: vi.fn() }),
  hasClaim,
  warmUp,
})
beforeEach(() => {
  warmUp.mockReset()
  hasClaim.mockReset().mockResolvedValue(true)
})

describe('the admin callables', () => {
  it('are nine', () =>
    expect(ADMIN_CALLABLES).toEqual([
      'retrain',
      'cancelRun',
      'promote',
      'rollback',
      'setCanary',
      'readCounters',
      'listModels',
      'readModel',
      'listDatasets',
    ]))

  it.each(ADMIN_CALLABLES)('%s looks who calls before it looks at the data', async (name) => {
    await expect(callables[name](undefined, { wrong: 1 })).rejects.toMatchObject({ type: 'unauthenticated' })
    const user = { uid: 'u', token: {} }
    await expect(callables[name](user, { wrong: 1 })).rejects.toMatchObject({ type: 'permission-denied' })
    await expect(callables[name](admin, { wrong: 1 })).rejects.toMatchObject({ type: 'bad-request' })
  })

  it.each([
    ['promote', { modelId: 'some-model' }],
    ['setCanary', { modelId: 'some-model', percent: 5 }],
  ] as const)('%s warms a model up before any channel moves', async (name, data) => {
    warmUp.mockRejectedValue(new Error('no such kernel'))
    await expect(callables[name](admin, data)).rejects.toThrow('no such kernel')
    warmUp.mockResolvedValue()
    await expect(callables[name](admin, data)).rejects.toThrow('touched')
    expect(warmUp.mock.calls).toEqual([['some-model'], ['some-model']])
  })

  it.each([
    ['promote', { modelId: 'no-model' }],
    ['setCanary', { modelId: 'no-model', percent: 5 }],
  ] as const)('%s loads nothing that is not published', async (name, data) => {
    await expect(callables[name](admin, data)).rejects.toMatchObject({
      type: 'not-found',
      message: 'There is no published model no-model.',
    })
    expect(warmUp).not.toHaveBeenCalled()
  })

  it.each([
    ['rollback', {}],
    ['setCanary', { percent: 0 }],
  ] as const)('%s with %j goes the way back without a warm-up', async (name, data) => {
    await expect(callables[name](admin, data)).rejects.toThrow('touched')
    expect(warmUp).not.toHaveBeenCalled()
  })

  it('setCanary needs a model for its share', async () =>
    expect(callables.setCanary(admin, { percent: 5 })).rejects.toMatchObject({
      type: 'bad-request',
      message: 'The call is not valid: modelId is missing.',
    }))
})
